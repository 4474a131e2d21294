import { create, setAttribute, setText } from "../../shared/dom";
import { createFitted, fitText } from "../../shared/fit_text";
import { needsPython } from "../../shared/needs_python";
import { formatCount } from "../../shared/text";
import { bandsBackground } from "./match_bands";
import type { MatchRow } from "./match_list";
import { HIDDEN_SLOTS, type MatchItem } from "./match_slots";

export const FONT_SIZE = 12.5;

type StepItem = MatchItem & { kind: "step" };

/** The colour of a step; null for none. */
export type StepColor = (item: StepItem, row: MatchRow) => string | null;

export interface Heatmap {
  /** Name of the track; null for the overlap. */
  track: string | null;
  color: StepColor;
}

export interface MatchGeometry {
  /** Width of every word where a step has a column; null where words have their natural width. */
  word: number | null;
  /** Width of a heatmap's square, and how many squares of a row are shown. */
  square: number;
  squares: number;
  heatmaps: readonly Heatmap[];
  /** The colour of matched words; null if words have none. */
  wordColor: StepColor | null;
  font: string;
}

/** Where a step is drawn in a row: its word, and its square in each heatmap. */
export interface StepMark {
  word: HTMLElement;
  heats: readonly HTMLElement[];
  slot: number;
}

/** The parts of a row. They are kept while the row shows one match after another. */
interface Parts {
  rank: Text;
  step: Text;
  overlap: Text;
  extra: Text;
  length: Text;
  folded: HTMLElement;
  words: HTMLElement;
  /** What comes before the match, the match, and what follows. */
  strips: readonly [before: Strip, inside: Strip, after: Strip];
  heats: HTMLElement[];
}

/** A stretch of words, and the boxes in it. */
interface Strip {
  element: HTMLElement;
  boxes: HTMLElement[];
}

/** The row that an event happened in. */
export function rowOf(target: EventTarget | null): HTMLElement | null {
  return (target as Element).closest<HTMLElement>('[data-part="match"]');
}

const made = new WeakMap<HTMLElement, Parts>();

/** Show one match in `element`. Returns where each of its steps is drawn. */
export function drawMatchRow(
  element: HTMLElement,
  row: MatchRow,
  geometry: MatchGeometry,
): Map<number, StepMark> {
  const parts = made.get(element) ?? fill(element);
  const { heats, folded } = parts;
  element.dataset.row = String(row.rank);
  element.dataset.start = String(row.start);
  setData(parts.rank, formatCount(row.rank + 1));
  setData(parts.step, formatCount(row.start));
  setData(parts.overlap, `${row.overlap} / ${row.cells}`);
  setData(parts.extra, `+${formatCount(row.union - row.cells)}`);
  setData(parts.length, formatCount(row.stop - row.start));
  setText(folded, row.folded === 0 ? "" : `+${formatCount(row.folded)}`);
  setAttribute(
    folded,
    "title",
    row.folded === 0 ? null : `with ${formatCount(row.folded)} more that overlap it`,
  );
  while (heats.length > geometry.heatmaps.length) heats.pop()?.remove();
  geometry.heatmaps.forEach((heatmap, i) => {
    drawHeat(heats[i] ?? addHeat(parts), heatmap, row, geometry);
  });
  const marks = new Map<number, StepMark>();
  partsOf(row).forEach((items, place) => {
    const strip = parts.strips[place] as Strip;
    const { boxes } = strip;
    while (boxes.length > items.length) boxes.pop()?.remove();
    items.forEach((item, i) => {
      const box = boxes[i] ?? addBox(strip);
      if (item.kind === "step") {
        drawWord(box, item, row, geometry);
        marks.set(item.step, { word: box, heats, slot: item.slot });
      } else drawHidden(box, item.count, geometry);
    });
  });
  return marks;
}

/** The items of a row before the match, in it, and after it. Hidden steps belong to the match. */
export function partsOf(row: MatchRow): [before: MatchItem[], inside: MatchItem[], after: MatchItem[]] {
  const parts: [MatchItem[], MatchItem[], MatchItem[]] = [[], [], []];
  for (const item of row.items) {
    const place = item.kind === "hidden" || item.inMatch ? 1 : item.step < row.start ? 0 : 2;
    parts[place].push(item);
  }
  return parts;
}

function fill(element: HTMLElement): Parts {
  const number = (name: string) => {
    const text = document.createTextNode("");
    element.append(create("div", `lv-number ${name}`, { role: "gridcell" }, text));
    return text;
  };
  const rank = number("lv-rank");
  const step = number("lv-step");
  const overlap = number("lv-overlap");
  const extra = number("lv-extra");
  const length = number("lv-length");
  const folded = create("div", "lv-number lv-folded", { role: "gridcell", "data-part": "folded" });
  const strip = (name: string): Strip => ({ element: create("div", `lv-strip-part ${name}`), boxes: [] });
  const strips = [strip("lv-before"), strip("lv-inside"), strip("lv-after")] as const;
  const words = create("div", "lv-match-words", { role: "gridcell" }, ...strips.map((each) => each.element));
  element.append(folded, words, create("div", "lv-match-end", { role: "gridcell" }, selectButton()));
  const parts = { rank, step, overlap, extra, length, folded, words, strips, heats: [] };
  made.set(element, parts);
  return parts;
}

function selectButton(): HTMLElement {
  const title = "make this match the selection (S, or a double click); with Ctrl add it to the selection (A)";
  // Not reached by the Tab key: the row's own keys do the same.
  const attributes = { "data-part": "match-select", type: "button", tabindex: "-1", title };
  return needsPython(create("button", "lv-match-select", attributes, "select"));
}

function setData(text: Text, data: string): void {
  if (text.data !== data) text.data = data;
}

/** Add a heatmap after the others. */
function addHeat({ words, heats }: Parts): HTMLElement {
  const heat = create("div", "lv-heat", { role: "gridcell", "data-part": "heat" });
  (heats.at(-1) ?? words).after(heat);
  heats.push(heat);
  return heat;
}

function drawHeat(
  heat: HTMLElement,
  { track, color }: Heatmap,
  row: MatchRow,
  { square }: MatchGeometry,
): void {
  setAttribute(heat, "data-heat", track ?? "");
  paint(heat, gradient(row, square, color));
}

function addBox({ element, boxes }: Strip): HTMLElement {
  const box = createFitted("span", "lv-match-word");
  element.append(box);
  boxes.push(box);
  return box;
}

function drawWord(box: HTMLElement, item: StepItem, row: MatchRow, geometry: MatchGeometry): void {
  setAttribute(box, "data-part", "match-word");
  setAttribute(box, "data-step", String(item.step));
  box.classList.toggle("lv-context", !item.inMatch);
  box.classList.remove("lv-hidden-steps");
  const bands = bandsBackground(row.context, item.at);
  box.classList.toggle("lv-bands", bands !== null);
  paint(box, bands ?? (item.inMatch ? geometry.wordColor?.(item, row) : null) ?? "");
  setWord(box, bands === null ? item.word : null, geometry, 1);
}

function drawHidden(box: HTMLElement, count: number, geometry: MatchGeometry): void {
  setAttribute(box, "data-part", null);
  setAttribute(box, "data-step", null);
  box.classList.add("lv-hidden-steps");
  box.classList.remove("lv-context", "lv-bands");
  paint(box, "");
  setWord(box, `… ${formatCount(count)} more`, geometry, HIDDEN_SLOTS);
}

/** Write into a box of natural width, or as wide as so many columns. */
function setWord(
  box: HTMLElement,
  text: string | null,
  { word, font }: MatchGeometry,
  columns: number,
): void {
  const width = word === null ? "" : `${columns * word - 1}px`;
  if (box.style.width !== width) box.style.width = width;
  const room = word === null ? Number.POSITIVE_INFINITY : columns * word - 5;
  fitText(box, text, room, `${FONT_SIZE}px ${font}`);
}

/** Set a background only if it differs: the browser would parse it again. */
function paint(element: HTMLElement, background: string): void {
  if ((painted.get(element) ?? "") === background) return;
  painted.set(element, background);
  element.style.background = background;
}

const painted = new WeakMap<HTMLElement, string>();

/** The squares of a heatmap as one background. As elements, fifty matches would take thousands. */
export function gradient(row: MatchRow, square: number, color: StepColor): string {
  const stops: string[] = [];
  let reached = 0;
  for (const item of row.items) {
    if (item.kind !== "step") continue;
    const left = item.slot * square;
    const right = left + square - 1;
    const shown = color(item, row);
    if (shown === null) continue;
    if (left > reached) stops.push(`transparent ${reached}px ${left}px`);
    stops.push(`${shown} ${left}px ${right}px`);
    reached = right;
  }
  stops.push(`transparent ${reached}px`);
  return `linear-gradient(to right, ${stops.join(", ")})`;
}
