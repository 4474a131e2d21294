import { sized } from "../../shared/canvas";
import { classFill, classRows, rowOfClass } from "../../shared/classes";
import { create, listen } from "../../shared/dom";
import { placeIn } from "../../shared/place";
import { columnsIn, stepsOfColumn } from "../time/columns";
import type { Range } from "../time/ranges";
import type { ViewState } from "../view_state";
import { type ClassScores, probabilityAt } from "./track_classes";
import { drawLabels } from "./track_labels";
import type { TrackDrawing } from "./track_row";

/** Height of the row of a class in pixels. */
export const CLASS_HEIGHT = 11;
/** Narrower steps have no gaps. */
const GAP_FROM = 4;
/** Room for an outline around a cell; narrower ones have a line under it. */
const OUTLINE_FROM = 6;

type Draw = (drawing: TrackDrawing) => void;

/** Draw an output track: the expected class of each step and, unless it is folded, a row for each class. */
export function drawOutput(drawing: TrackDrawing, drawExpected: Draw = drawLabels): void {
  const { strip, track, model } = drawing;
  const [expected, matrix] = partsOf(strip);
  drawExpected({ ...drawing, strip: expected });
  const folded = model.folded_tracks.value.includes(track.name);
  matrix.hidden = folded;
  if (!folded) drawMatrix(drawing, matrix);
}

/** Let the row of a class under the pointer be the hovered one. */
export function hoverClasses(strip: HTMLElement, view: ViewState): () => void {
  const moved = listen(strip, "pointermove", (event) => {
    const canvas = (event.target as Element).closest<HTMLElement>(".lv-matrix");
    view.hoveredClass.value = canvas
      ? Math.max(0, Math.floor(placeIn(canvas, event)[1] / CLASS_HEIGHT))
      : null;
  });
  const left = listen(strip, "pointerleave", () => {
    view.hoveredClass.value = null;
  });
  return () => {
    moved();
    left();
  };
}

function partsOf(strip: HTMLElement): [expected: HTMLElement, matrix: HTMLCanvasElement] {
  const found = strip.querySelector<HTMLCanvasElement>(".lv-matrix");
  if (found) return [strip.firstElementChild as HTMLElement, found];
  const expected = create("div", "lv-expected");
  const matrix = create("canvas", "lv-matrix", { "data-part": "class-matrix" });
  strip.replaceChildren(expected, matrix);
  return [expected, matrix];
}

function drawMatrix({ track, model, view, light }: TrackDrawing, canvas: HTMLCanvasElement): void {
  const [first, end] = view.visible.value;
  const width = model.word_width.value;
  const ratio = view.pixelRatio.value;
  const colors = view.colors.value;
  const places = classRows(track).map(({ place }) => place);
  const rows = places.length;
  const span = (end - first) * width;
  canvas.style.width = `${span}px`;
  canvas.style.height = `${rows * CLASS_HEIGHT}px`;
  const context = sized(canvas, Math.round(span * ratio), Math.round(rows * CLASS_HEIGHT * ratio));
  const found = scoresIn(track.name, [first, end], model, view);
  if (!found) return;
  const gap = width >= GAP_FROM ? 1 : 0;
  const top = (row: number) => Math.round(row * CLASS_HEIGHT * ratio);
  const [from, to] = found.range;
  for (let i = from; i < to; i++) {
    const [start, stop] = found.steps(i);
    const left = Math.round(Math.max(0, start - first) * width * ratio);
    const right = Math.round(((stop - first) * width - gap) * ratio);
    const strength = light(start);
    for (const [row, place] of places.entries()) {
      const bottom = top(row + 1) - Math.round(ratio);
      const { color, alpha } = classFill(probabilityAt(found.scores, i, place), place, colors);
      if (alpha > 0) {
        context.globalAlpha = alpha * strength;
        context.fillStyle = color;
        context.fillRect(left, top(row), right - left, bottom - top(row));
      }
    }
    const target = rowOfClass(track, found.scores.targets?.[i] ?? -1);
    if (target < 0) continue;
    context.globalAlpha = 1;
    context.strokeStyle = context.fillStyle = colors.text;
    const line = Math.max(1, Math.round(ratio));
    const height = top(target + 1) - line - top(target);
    if (width < OUTLINE_FROM) context.fillRect(left, top(target) + height - line, right - left, line);
    else {
      context.lineWidth = line;
      context.strokeRect(left + line / 2, top(target) + line / 2, right - left - line, height - line);
    }
  }
}

interface FoundScores {
  scores: ClassScores;
  /** The numbers of the steps or columns in sight. */
  range: Range;
  steps: (i: number) => Range;
}

/** What is known of the steps in sight: of each, or of columns of several. */
function scoresIn(
  name: string,
  [first, end]: Range,
  model: TrackDrawing["model"],
  view: ViewState,
): FoundScores | null {
  if (view.stride.value !== null) {
    const columns = view.columns.value;
    const scores = columns?.tracks.get(name);
    if (!columns || scores?.kind !== "output") return null;
    return { scores, range: columnsIn(columns, [first, end]), steps: (i) => stepsOfColumn(columns, i) };
  }
  const window = model._window.value;
  const scores = window?.tracks.get(name);
  if (!window || scores?.kind !== "output") return null;
  const range: Range = [
    Math.max(first, window.start) - window.start,
    Math.min(end, window.stop) - window.start,
  ];
  return { scores, range, steps: (i) => [window.start + i, window.start + i + 1] };
}
