import { create } from "../dom";
import { createFitted, fitText } from "../fit_text";
import { HIDDEN_COLUMNS, type MatchItem } from "../match_columns";
import { formatCount } from "../text";
import type { SentValue } from "../tracks";

const FONT_SIZE = 12.5;

export interface MatchRow {
  rank: number;
  start: number;
  length: number;
  overlap: number;
  extra: number;
  /** Selected cells when the matches were ranked. */
  cells: number;
  items: MatchItem[];
  /** What the chosen tracks have at each step that was sent. */
  tracks: Record<string, readonly SentValue[]>;
}

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

export function createMatchRow(): HTMLElement {
  return create("div", "lv-match", { "data-part": "match", role: "row" });
}

/** Say which match `element` stands for; it is empty until it is drawn. */
export function placeMatchRow(element: HTMLElement, row: MatchRow): void {
  element.dataset.row = String(row.rank);
  element.dataset.start = String(row.start);
  element.replaceChildren();
}

/** Fill `element` with one match; `mark` hears where each of its steps is drawn. */
export function drawMatchRow(
  element: HTMLElement,
  row: MatchRow,
  geometry: MatchGeometry,
  mark: (step: number, where: StepMark) => void,
): void {
  const heats = geometry.heatmaps.map(({ track, color }) => {
    const heat = create("div", "lv-heat", {
      role: "gridcell",
      "data-part": "heat",
      "data-heat": track ?? "",
    });
    heat.style.background = gradient(row, geometry.square, color);
    heat.style.width = `${geometry.columns * geometry.square}px`;
    return heat;
  });
  const words = create("div", "lv-match-words", { role: "gridcell" });
  for (const item of row.items) {
    const box = item.kind === "step" ? wordBox(item, row, geometry) : hiddenBox(item.count, geometry);
    box.style.left = `${item.column * geometry.word}px`;
    words.append(box);
    if (item.kind === "step") mark(item.step, { word: box, heats, column: item.column });
  }
  element.replaceChildren(
    cell("lv-rank", formatCount(row.rank + 1)),
    cell("lv-step", formatCount(row.start)),
    words,
    ...heats,
    cell("lv-overlap", `${row.overlap} / ${row.cells}`),
    cell("lv-extra", `+${formatCount(row.extra)}`),
    cell("lv-length", formatCount(row.length)),
  );
}

function cell(name: string, text: string): HTMLElement {
  return create("div", `lv-number ${name}`, { role: "gridcell" }, text);
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
