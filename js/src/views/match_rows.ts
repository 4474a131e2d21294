import { create } from "../dom";
import { createFitted, fitText } from "../fit_text";
import { HIDDEN_COLUMNS, type MatchItem } from "../match_columns";
import type { MatchRow } from "../match_list";
import { formatCount } from "../text";

const FONT_SIZE = 12.5;

type StepItem = MatchItem & { kind: "step" };

/** Gives the colour of a step, null for none. */
export type StepColor = (item: StepItem, row: MatchRow) => string | null;

export interface Heatmap {
  /** Name of its track, null for the overlap. */
  track: string | null;
  color: StepColor;
}

export interface MatchGeometry {
  word: number;
  square: number;
  columns: number;
  heatmaps: readonly Heatmap[];
  /** The colour of a matched word; null leaves the words of all matches without one. */
  wordColor: StepColor | null;
  font: string;
}

/** Where a step is drawn in a row: its word, and its square in each heatmap. */
export interface StepMark {
  word: HTMLElement;
  heats: readonly HTMLElement[];
  column: number;
}

/** Fill `element` with one match. Returns where each of its steps is drawn. */
export function drawMatchRow(
  element: HTMLElement,
  row: MatchRow,
  geometry: MatchGeometry,
): Map<number, StepMark> {
  const marks = new Map<number, StepMark>();
  const heats = geometry.heatmaps.map(({ track, color }) => heatCell(row, geometry, track, color));
  const words = create("div", "lv-match-words", { role: "gridcell" });
  for (const item of row.items) {
    const box = item.kind === "step" ? wordBox(item, row, geometry) : hiddenBox(item.count, geometry);
    box.style.left = `${item.column * geometry.word}px`;
    words.append(box);
    if (item.kind === "step") marks.set(item.step, { word: box, heats, column: item.column });
  }
  element.dataset.row = String(row.rank);
  element.dataset.start = String(row.start);
  element.replaceChildren(
    cell("lv-rank", formatCount(row.rank + 1)),
    cell("lv-step", formatCount(row.start)),
    words,
    ...heats,
    cell("lv-overlap", `${row.overlap} / ${row.cells}`),
    cell("lv-extra", `+${formatCount(row.union - row.cells)}`),
    cell("lv-length", formatCount(row.stop - row.start)),
    foldedCell(row.folded),
    create("div", "lv-match-end", { role: "gridcell" }, selectButton()),
  );
  return marks;
}

function cell(name: string, text: string): HTMLElement {
  return create("div", `lv-number ${name}`, { role: "gridcell" }, text);
}

function foldedCell(folded: number): HTMLElement {
  const element = cell("lv-folded", folded === 0 ? "" : `+${formatCount(folded)}`);
  element.dataset.part = "folded";
  if (folded > 0) element.title = `with ${formatCount(folded)} more that overlap it`;
  return element;
}

function selectButton(): HTMLElement {
  const title = "make this match the selection (S, or a double click)";
  // Keys are those of the row: one stop for the Tab key is enough.
  const attributes = { "data-part": "match-select", type: "button", tabindex: "-1", title };
  return create("button", "lv-match-select", attributes, "select");
}

function heatCell(
  row: MatchRow,
  geometry: MatchGeometry,
  track: string | null,
  color: StepColor,
): HTMLElement {
  const heat = create("div", "lv-heat", { role: "gridcell", "data-part": "heat", "data-heat": track ?? "" });
  heat.style.background = gradient(row, geometry.square, color);
  heat.style.width = `${geometry.columns * geometry.square}px`;
  return heat;
}

function wordBox(item: StepItem, row: MatchRow, geometry: MatchGeometry): HTMLElement {
  const box = createFitted("span", item.inMatch ? "lv-match-word" : "lv-match-word lv-context");
  box.dataset.part = "match-word";
  box.dataset.step = String(item.step);
  box.style.width = `${geometry.word - 1}px`;
  const color = item.inMatch ? geometry.wordColor?.(item, row) : null;
  if (color) box.style.background = color;
  fitText(box, item.word, geometry.word - 5, `${FONT_SIZE}px ${geometry.font}`);
  return box;
}

function hiddenBox(count: number, geometry: MatchGeometry): HTMLElement {
  const box = createFitted("span", "lv-match-word lv-hidden-steps");
  box.style.width = `${HIDDEN_COLUMNS * geometry.word - 1}px`;
  fitText(
    box,
    `… ${formatCount(count)} more`,
    HIDDEN_COLUMNS * geometry.word - 5,
    `${FONT_SIZE}px ${geometry.font}`,
  );
  return box;
}

/** The squares as one background: fifty matches would otherwise be thousands of elements. */
function gradient(row: MatchRow, square: number, color: StepColor): string {
  const stops: string[] = [];
  let reached = 0;
  for (const item of row.items) {
    if (item.kind !== "step") continue;
    const left = item.column * square;
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
