import { all, create, listen } from "./dom";
import { clamp } from "./numbers";

/** Rows above and below what is in sight that are there already when one scrolls to them. */
const MARGIN = 8;

interface Rows {
  /** Scrolls, below a head of the height of a row. */
  scroller: HTMLElement;
  body: HTMLElement;
  /** Of a row, in pixels. */
  height: number;
  /** Fills a row, new or with another match in it. */
  draw: (row: HTMLElement, place: number) => void;
  /** A row goes out of use. */
  forget: (row: HTMLElement) => void;
}

/** Rows of which only those in sight are in the document, and the one that the keyboard is on. */
export interface VirtualRows {
  /** There are so many rows, and what is in them has changed. Each step draws one, those in sight first. */
  redraw(count: number): Iterator<void>;
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
  // Places whose rows show what was there before.
  let outdated = new Set<number>();
  // Rows that are out of use: to fill one again takes a fraction of the time to make one.
  const spare: HTMLElement[] = [];
  let total = 0;
  let chosen = 0;
  // Kept, since asking after rows have changed has the browser lay out the whole page at once.
  const seen = { top: 0, height: 0 };
  const look = () => {
    seen.top = scroller.scrollTop;
    seen.height = scroller.clientHeight;
  };
  const page = () => Math.max(1, Math.floor(seen.height / height) - 1);
  const wanted = (margin = MARGIN) =>
    placesWanted(Math.floor(seen.top / height), page(), { total, chosen, margin });
  const dropAllBut = (places: readonly number[]) => {
    const kept = new Set(places);
    for (const [at, element] of rows) {
      if (kept.has(at)) continue;
      rows.delete(at);
      forget(element);
      element.remove();
      spare.push(element);
    }
  };
  const insert = (at: number) => {
    const element = spare.pop() ?? create("div", "lv-match", { "data-part": "match", role: "row" });
    const below = Math.min(...[...rows.keys()].filter((other) => other > at));
    rows.set(at, element);
    element.style.top = `${at * height}px`;
    element.tabIndex = at === chosen ? 0 : -1;
    // The first row is that of the columns' names.
    element.setAttribute("aria-rowindex", String(at + 2));
    // Those that are there already are not moved: a moved row would lose the focus.
    body.insertBefore(element, rows.get(below) ?? null);
    return element;
  };
  const show = (at: number) => {
    outdated.delete(at);
    draw(rows.get(at) ?? insert(at), at);
  };
  const refresh = () => {
    const places = wanted();
    dropAllBut(places);
    for (const at of places) if (!rows.has(at)) show(at);
  };
  /** The next place, those in sight first, whose row is missing or outdated. */
  const nextToShow = () => {
    const isOld = (at: number) => !rows.has(at) || outdated.has(at);
    return wanted(0).find(isOld) ?? wanted().find(isOld);
  };
  const choose = (at: number) => {
    rows.get(chosen)?.setAttribute("tabindex", "-1");
    chosen = clamp(at, 0, Math.max(0, total - 1));
    refresh();
    rows.get(chosen)?.setAttribute("tabindex", "0");
  };
  const lookAgain = () => {
    look();
    refresh();
  };
  const observer = new ResizeObserver(lookAgain);
  observer.observe(scroller);
  return {
    *redraw(count) {
      total = count;
      body.style.height = `${count * height}px`;
      scroller.setAttribute("aria-rowcount", String(count + 1));
      chosen = clamp(chosen, 0, Math.max(0, count - 1));
      dropAllBut(wanted());
      rows.get(chosen)?.setAttribute("tabindex", "0");
      outdated = new Set(rows.keys());
      for (let at = nextToShow(); at !== undefined; at = nextToShow()) {
        show(at);
        yield;
      }
    },
    focus(at) {
      choose(at);
      look();
      scroller.scrollTop = scrolledTo(chosen, seen, height);
      lookAgain();
      rows.get(chosen)?.focus({ preventScroll: true });
      return rows.get(chosen);
    },
    choose,
    page,
    count: () => total,
    dispose: all(listen(scroller, "scroll", lookAgain), () => observer.disconnect()),
  };
}

/** The rows that are to be in the document: those in sight, `margin` more on both sides, and the chosen one. */
export function placesWanted(
  first: number,
  page: number,
  { total, chosen, margin }: { total: number; chosen: number; margin: number },
): number[] {
  const places = new Set<number>();
  // The page leaves out the head, and rows that are cut at both edges.
  const end = Math.min(total, first + page + margin + 2);
  for (let place = Math.max(0, first - margin); place < end; place++) places.add(place);
  if (total > 0) places.add(chosen);
  return [...places].sort((a, b) => a - b);
}

/** Where a list below a head of one row is scrolled to, so that a row is in sight; where it is already, it stays. */
export function scrolledTo(place: number, seen: { top: number; height: number }, rowHeight: number): number {
  const above = place * rowHeight;
  const below = (place + 2) * rowHeight - seen.height;
  return clamp(seen.top, Math.max(0, below), Math.max(0, above));
}
