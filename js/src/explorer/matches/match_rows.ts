import { create, setAttribute, setText } from "../../shared/dom";
import { createFitted, fitText } from "../../shared/fit_text";
import { needsPython } from "../../shared/needs_python";
import { formatCount } from "../../shared/text";
import { bandsBackground } from "./match_bands";
import type { MatchRow } from "./match_list";
import { HIDDEN_SLOTS, type MatchItem } from "./match_slots";

const FONT_SIZE = 12.5;

type StepItem = MatchItem & { kind: "step" };

/** The colour of a step; null for none. */
export type StepColor = (item: StepItem, row: MatchRow) => string | null;

export interface Heatmap {
  /** Name of the track; null for the overlap. */
  track: string | null;
  color: StepColor;
}

export interface MatchGeometry {
  word: number;
  square: number;
  slots: number;
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
  words: HTMLElement;
  boxes: Box[];
  heats: HTMLElement[];
  overlap: Text;
  extra: Text;
  length: Text;
  folded: HTMLElement;
}

/**
 * The box of a word or of hidden steps, and what was set on it last: setting it again would cost as much as a change.
 */
interface Box {
  element: HTMLElement;
  left: number;
  width: number;
  kind: string;
}

/** The row that an event happened in, and its place in the list. */
export function rowOf(target: EventTarget | null): HTMLElement | null {
  return (target as Element).closest<HTMLElement>('[data-part="match"]');
}

export function placeOf(row: HTMLElement): number {
  return Number(row.getAttribute("aria-rowindex")) - 2;
}

const made = new WeakMap<HTMLElement, Parts>();

/** Show one match in `element`. Returns where each of its steps is drawn. */
export function drawMatchRow(
  element: HTMLElement,
  row: MatchRow,
  geometry: MatchGeometry,
): Map<number, StepMark> {
  const parts = made.get(element) ?? fill(element);
  const { boxes, heats, folded } = parts;
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
  while (boxes.length > row.items.length) boxes.pop()?.element.remove();
  row.items.forEach((item, i) => {
    const box = boxes[i] ?? addBox(parts);
    if (item.kind === "step") {
      drawWord(box, item, row, geometry);
      marks.set(item.step, { word: box.element, heats, slot: item.slot });
    } else drawHidden(box, item.slot, item.count, geometry);
  });
  return marks;
}

function fill(element: HTMLElement): Parts {
  const number = (name: string) => {
    const text = document.createTextNode("");
    element.append(create("div", `lv-number ${name}`, { role: "gridcell" }, text));
    return text;
  };
  const rank = number("lv-rank");
  const step = number("lv-step");
  const words = create("div", "lv-match-words", { role: "gridcell" });
  element.append(words);
  const overlap = number("lv-overlap");
  const extra = number("lv-extra");
  const length = number("lv-length");
  const folded = create("div", "lv-number lv-folded", { role: "gridcell", "data-part": "folded" });
  element.append(folded, create("div", "lv-match-end", { role: "gridcell" }, selectButton()));
  const parts = { rank, step, words, boxes: [], heats: [], overlap, extra, length, folded };
  made.set(element, parts);
  return parts;
}

function selectButton(): HTMLElement {
  const title = "make this match the selection (S, or a double click)";
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
  { slots, square }: MatchGeometry,
): void {
  setAttribute(heat, "data-heat", track ?? "");
  paint(heat, gradient(row, square, color));
  heat.style.width = `${slots * square}px`;
}

function addBox({ words, boxes }: Parts): Box {
  const box = {
    element: createFitted("span", "lv-match-word"),
    left: Number.NaN,
    width: Number.NaN,
    kind: "",
  };
  words.append(box.element);
  boxes.push(box);
  return box;
}

function placeBox(box: Box, slot: number, slots: number, geometry: MatchGeometry, kind: string): void {
  const { style, classList } = box.element;
  const left = slot * geometry.word;
  const width = slots * geometry.word - 1;
  if (box.left !== left) style.left = `${left}px`;
  if (box.width !== width) style.width = `${width}px`;
  if (box.kind !== kind) {
    if (box.kind) classList.remove(box.kind);
    if (kind) classList.add(kind);
  }
  Object.assign(box, { left, width, kind });
}

function drawWord(box: Box, item: StepItem, row: MatchRow, geometry: MatchGeometry): void {
  const { word, wordColor, font } = geometry;
  placeBox(box, item.slot, 1, geometry, item.inMatch ? "" : "lv-context");
  setAttribute(box.element, "data-part", "match-word");
  setAttribute(box.element, "data-step", String(item.step));
  const bands = bandsBackground(row.context, item.at);
  box.element.classList.toggle("lv-bands", bands !== null);
  paint(box.element, bands ?? (item.inMatch ? wordColor?.(item, row) : null) ?? "");
  fitText(box.element, bands === null ? item.word : null, word - 5, `${FONT_SIZE}px ${font}`);
}

function drawHidden(box: Box, slot: number, count: number, geometry: MatchGeometry): void {
  const { word, font } = geometry;
  placeBox(box, slot, HIDDEN_SLOTS, geometry, "lv-hidden-steps");
  setAttribute(box.element, "data-part", null);
  setAttribute(box.element, "data-step", null);
  paint(box.element, "");
  box.element.classList.remove("lv-bands");
  fitText(box.element, `… ${formatCount(count)} more`, HIDDEN_SLOTS * word - 5, `${FONT_SIZE}px ${font}`);
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
