import { all, listen } from "./dom";
import { clamp } from "./numbers";

/** How many rows are kept above and below those in sight, so that they are there when one scrolls. */
const MARGIN = 8;

interface Rows {
  /** The element that scrolls. Its head is as high as a row. */
  scroller: HTMLElement;
  body: HTMLElement;
  /** Of a row, in pixels. */
  height: number;
  /** Make a row. */
  make: () => HTMLElement;
  /** Fill a row. It may be new, or may have shown what is at another place. */
  draw: (row: HTMLElement, place: number) => void;
  /** A row is no longer used. */
  forget: (row: HTMLElement) => void;
}

/** A list of rows. Only the rows in sight, and the one that the keyboard is on, are in the document. */
export interface VirtualRows {
  /** Draw the rows again, of which there are `count` now. Each step draws one row, those in sight first. */
  redraw(count: number): Iterator<void>;
  /** Bring a row into sight within the list. The Tab key goes to it from now on. */
  reveal(place: number): HTMLElement | undefined;
  /** The same, and focus it. */
  focus(place: number): HTMLElement | undefined;
  /** Make this the row that the Tab key goes to. */
  choose(place: number): void;
  /** How many rows are in sight. */
  page(): number;
  count(): number;
  dispose(): void;
}

export function createVirtualRows({ scroller, body, height, make, draw, forget }: Rows): VirtualRows {
  const rows = new Map<number, HTMLElement>();
  // Places whose rows have not been drawn again yet.
  let outdated = new Set<number>();
  // Rows out of use. Filling one again takes a fraction of the time of making one.
  const spare: HTMLElement[] = [];
  let total = 0;
  let chosen = 0;
  // Kept, because reading them after rows have changed would make the browser lay out the whole page.
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
    const element = spare.pop() ?? make();
    const below = Math.min(...[...rows.keys()].filter((other) => other > at));
    rows.set(at, element);
    element.style.top = `${at * height}px`;
    element.tabIndex = at === chosen ? 0 : -1;
    // The first row has the heads.
    element.setAttribute("aria-rowindex", String(at + 2));
    // Do not move rows that are there already: a moved row would lose the focus.
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
  /** The next place whose row is missing or outdated, those in sight first. */
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
  const reveal = (at: number) => {
    choose(at);
    look();
    scroller.scrollTop = scrolledTo(chosen, seen, height);
    lookAgain();
    return rows.get(chosen);
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
    reveal,
    focus(at) {
      const row = reveal(at);
      row?.focus({ preventScroll: true });
      return row;
    },
    choose,
    page,
    count: () => total,
    dispose: all(listen(scroller, "scroll", lookAgain), () => observer.disconnect()),
  };
}

/** The place of a row in its list. */
export function placeOf(row: HTMLElement): number {
  return Number(row.getAttribute("aria-rowindex")) - 2;
}

/** The row that a key goes to from the one at `place`; null for any other key. */
export function rowAfter(
  key: string,
  place: number,
  rows: Pick<VirtualRows, "page" | "count">,
): number | null {
  switch (key) {
    case "ArrowDown":
      return place + 1;
    case "ArrowUp":
      return place - 1;
    case "PageDown":
      return place + rows.page();
    case "PageUp":
      return place - rows.page();
    case "Home":
      return 0;
    case "End":
      return rows.count() - 1;
    default:
      return null;
  }
}

/** The rows to have in the document: those in sight, `margin` more on both sides, and the chosen one. */
export function placesWanted(
  first: number,
  page: number,
  { total, chosen, margin }: { total: number; chosen: number; margin: number },
): number[] {
  const places = new Set<number>();
  // `page` does not count the head, nor the rows that are cut at both edges: 2 more.
  const end = Math.min(total, first + page + margin + 2);
  for (let place = Math.max(0, first - margin); place < end; place++) places.add(place);
  if (total > 0) places.add(chosen);
  return [...places].sort((a, b) => a - b);
}

/**
 * Where to scroll a list, whose head is as high as a row, to have a row in sight. If it is in sight already, nothing
 * moves.
 */
export function scrolledTo(place: number, seen: { top: number; height: number }, rowHeight: number): number {
  const above = place * rowHeight;
  const below = (place + 2) * rowHeight - seen.height;
  return clamp(seen.top, Math.max(0, below), Math.max(0, above));
}
