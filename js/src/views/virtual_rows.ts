import { all, create, listen } from "../dom";
import { clamp } from "../snap";

/** Rows above and below what is in sight that are there already when one scrolls to them. */
const MARGIN = 8;

interface Rows {
  /** Scrolls, below a head of the height of a row. */
  scroller: HTMLElement;
  body: HTMLElement;
  /** Of a row, in pixels. */
  height: number;
  draw: (row: HTMLElement, place: number) => void;
  forget: (row: HTMLElement) => void;
}

/** Rows of which only those in sight are in the document, and the one that the keyboard is on. */
export interface VirtualRows {
  /** There are so many rows, and what is in them has changed. */
  redraw(count: number): void;
  /** Put the focus on a row, which comes into sight within the list. */
  focus(place: number): HTMLElement | undefined;
  /** Let the Tab key come to this row. */
  choose(place: number): void;
  /** How many rows are in sight. */
  page(): number;
  count(): number;
  dispose(): void;
}

export function createVirtualRows({ scroller, body, height, draw, forget }: Rows): VirtualRows {
  const rows = new Map<number, HTMLElement>();
  let total = 0;
  let chosen = 0;
  const page = () => Math.max(1, Math.floor(scroller.clientHeight / height) - 1);
  const wanted = () => {
    const first = Math.floor(scroller.scrollTop / height) - MARGIN;
    const places = new Set<number>();
    for (let place = Math.max(0, first); place < Math.min(total, first + page() + 2 * MARGIN + 2); place++) {
      places.add(place);
    }
    if (total > 0) places.add(chosen);
    return [...places].sort((a, b) => a - b);
  };
  const place = (element: HTMLElement, at: number) => {
    element.style.top = `${at * height}px`;
    element.tabIndex = at === chosen ? 0 : -1;
    // The first row is that of the columns' names.
    element.setAttribute("aria-rowindex", String(at + 2));
    draw(element, at);
  };
  const drop = (at: number, element: HTMLElement) => {
    rows.delete(at);
    forget(element);
    element.remove();
  };
  const refresh = () => {
    const places = wanted();
    const kept = new Set(places);
    for (const [at, element] of rows) if (!kept.has(at)) drop(at, element);
    // Those that stay are in order already and are not moved: a moved row would lose the focus.
    places.forEach((at, i) => {
      if (rows.has(at)) return;
      const element = create("div", "lv-match", { "data-part": "match", role: "row" });
      rows.set(at, element);
      place(element, at);
      body.insertBefore(element, body.children[i] ?? null);
    });
  };
  const choose = (at: number) => {
    rows.get(chosen)?.setAttribute("tabindex", "-1");
    chosen = clamp(at, 0, Math.max(0, total - 1));
    refresh();
    rows.get(chosen)?.setAttribute("tabindex", "0");
  };
  const observer = new ResizeObserver(refresh);
  observer.observe(scroller);
  return {
    redraw(count) {
      total = count;
      body.style.height = `${count * height}px`;
      scroller.setAttribute("aria-rowcount", String(count + 1));
      chosen = clamp(chosen, 0, Math.max(0, count - 1));
      for (const [at, element] of rows) {
        if (at < count) place(element, at);
        else drop(at, element);
      }
      refresh();
    },
    focus(at) {
      choose(at);
      const above = chosen * height;
      const below = (chosen + 2) * height - scroller.clientHeight;
      scroller.scrollTop = clamp(scroller.scrollTop, Math.max(0, below), Math.max(0, above));
      refresh();
      rows.get(chosen)?.focus({ preventScroll: true });
      return rows.get(chosen);
    },
    choose,
    page,
    count: () => total,
    dispose: all(listen(scroller, "scroll", refresh), () => observer.disconnect()),
  };
}
