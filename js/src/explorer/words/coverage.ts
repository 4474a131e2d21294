import { computed } from "@preact/signals-core";
import { colorBytes, createLayer, type Layer, sized } from "../../shared/canvas";
import { all, create, listen, setText } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import { clamp } from "../../shared/numbers";
import { placeIn } from "../../shared/place";
import { plural } from "../../shared/text";
import { hoverSteps } from "../gestures/hover_steps";
import type { Model } from "../model";
import { columnsIn, type Envelopes, stepsOfColumn } from "../time/columns";
import { extentInSight, gapAfter } from "../time/layout";
import type { Range } from "../time/ranges";
import { runsOf } from "../time/runs";
import type { ViewState } from "../view_state";

const BARS_HEIGHT = 36;
/** Greatest height of the runs before they scroll. Lines get as thin as one device pixel. */
const RUNS_HEIGHT = 120;
/** Greatest distance from one line to the next. */
const WIDEST_PITCH = 3;
/** Pixels between the selected cells and those that are only pinned. */
const PINNED_GAP = 3;
const PACKED_ALPHA = 0.6;
/** Opacity of a cell's line, of 255, in a column in which the cell is on at a single step of many. */
const LEAST_SHARE = 16;

/** The line of one cell in the runs. */
interface RunLine {
  cell: number;
  color: string;
  runs: readonly Range[];
  top: number;
  height: number;
}

/** All lines; those of columns, a row of pixels each; and that of the hovered cell. */
type RunLayers = Record<"lines" | "shares" | "hovered", Layer>;

/** An optional view: the share of selected cells that are on at each step, and below it the runs of each cell. */
export function mountCoverage(host: HTMLElement, model: Model, view: ViewState): () => void {
  const bars = create("div", "lv-coverage-bars", {
    "data-part": "coverage",
    role: "img",
    "aria-label": "share of selected cells that are on at each step",
  });
  const runs = create("div", "lv-runs", { "data-part": "runs", role: "img" });
  const barCanvas = create("canvas");
  const runCanvas = create("canvas");
  bars.append(barCanvas);
  runs.append(runCanvas);
  const runRow = labelled("runs", runs);
  const runName = runRow.querySelector(".lv-row-name") as HTMLElement;
  host.append(labelled("coverage", bars), runRow);
  const layers = { lines: createLayer(), shares: createLayer(), hovered: createLayer() };
  // Computed outside the drawing, which also runs when the pointer moves.
  const lines = computed(() => (model.show_coverage.value ? runLines(model, view) : []));

  return all(
    drawOnFrame(() => {
      host.hidden = !model.show_coverage.value;
      if (!host.hidden) drawBars(barCanvas, model, view);
    }),
    drawOnFrame(() => {
      runRow.hidden = lines.value.length === 0;
      if (runRow.hidden) return;
      const cells = plural(lines.value.length, "cell");
      const inColumns = view.stride.value !== null;
      runs.setAttribute(
        "aria-label",
        inColumns
          ? `share of each column's steps on which each of ${cells} is on`
          : `steps on which each of ${cells} is on`,
      );
      setText(runName, inColumns ? "shares on" : "runs");
      drawRuns(runCanvas, layers, lines.value, model, view);
    }),
    hoverSteps(bars, model, view),
    hoverSteps(runs, model, view),
    hoverRuns(runs, runCanvas, () => lines.peek(), view),
    () => host.replaceChildren(),
  );
}

function labelled(name: string, content: HTMLElement): HTMLElement {
  const label = create("div", "lv-row-label", {}, create("span", "lv-row-name", {}, name));
  return create("div", "lv-row", {}, label, create("div", "lv-row-content", {}, content));
}

/** The context of a canvas over the steps in sight, scaled to CSS pixels. */
function overSteps(
  canvas: HTMLCanvasElement,
  height: number,
  model: Model,
  view: ViewState,
): CanvasRenderingContext2D {
  const ratio = view.pixelRatio.value;
  const width = Math.max(1, view.visibleSteps.value * model.word_width.value - 1);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = sized(canvas, Math.round(width * ratio), Math.round(height * ratio));
  context.scale(ratio, ratio);
  return context;
}

/** Left edge and width of a step's bar. */
function barOf(step: number, first: number, wordWidth: number): [left: number, width: number] {
  return [(step - first) * wordWidth, wordWidth - gapAfter(wordWidth)];
}

function drawBars(canvas: HTMLCanvasElement, model: Model, view: ViewState): void {
  const context = overSteps(canvas, BARS_HEIGHT, model, view);
  const [first, end] = view.visible.value;
  const wordWidth = model.word_width.value;
  const colors = view.colors.value;
  const right = (end - first) * wordWidth - 1;
  context.fillStyle = colors.hairline;
  for (const y of [0, Math.round(BARS_HEIGHT / 2), BARS_HEIGHT - 1]) context.fillRect(0, y, right, 1);
  if (view.stride.value !== null) {
    drawColumnBars(context, model, view);
    return;
  }
  const window = view.states.value;
  const cells = view.shownCells.value.length;
  const counts = view.onCounts.value;
  const hovered = view.hoveredStep.value;
  for (let step = first; step < end; step++) {
    const [left, width] = barOf(step, first, wordWidth);
    if (step === hovered) {
      context.globalAlpha = 0.14;
      context.fillStyle = colors.hovered;
      context.fillRect(left, 0, width, BARS_HEIGHT);
      context.globalAlpha = 1;
    }
    const height = window && cells > 0 ? ((counts?.[step - window.start] ?? 0) / cells) * BARS_HEIGHT : 0;
    context.fillStyle = colors.selected;
    context.fillRect(left, BARS_HEIGHT - height, width, height);
  }
}

/** Where steps share columns, draw the mean share of each column, if it is known. */
function drawColumnBars(context: CanvasRenderingContext2D, model: Model, view: ViewState): void {
  const envelopes = view.envelopes.value;
  if (!envelopes?.on || envelopes.selected === 0) return;
  const [first, end] = view.visible.value;
  const wordWidth = model.word_width.value;
  context.fillStyle = view.colors.value.selected;
  for (const { steps, share } of columnShares(envelopes, [first, end])) {
    const height = share * BARS_HEIGHT;
    const width = (steps[1] - steps[0]) * wordWidth;
    context.fillRect((steps[0] - first) * wordWidth, BARS_HEIGHT - height, width, height);
  }
}

/** The mean share of selected cells that are on, in each column that is in sight. */
export function columnShares(envelopes: Envelopes, [first, end]: Range): { steps: Range; share: number }[] {
  const [from, to] = columnsIn(envelopes, [first, end]);
  return Array.from({ length: to - from }, (_, i) => {
    const [start, stop] = stepsOfColumn(envelopes, from + i);
    const on = envelopes.on?.[from + i] ?? 0;
    return { steps: [Math.max(start, first), Math.min(stop, end)], share: on / envelopes.selected };
  });
}

/**
 * The selected cells in the order of their chips, then those that are only pinned. Where steps share columns, they have
 * no runs.
 */
export function runLines(model: Model, view: ViewState): RunLine[] {
  const inColumns = view.stride.value !== null;
  const window = inColumns ? null : view.states.value;
  if (inColumns ? !view.envelopes.value?.shares : !window) return [];
  const colors = view.colors.value;
  const pins = view.drawnPins.value;
  const colorOf = new Map(pins.map(({ cell, color }) => [cell, color ?? colors.second]));
  const selected = view.shownCells.value;
  const isSelected = new Set(selected);
  const others = pins.map(({ cell }) => cell).filter((cell) => !isSelected.has(cell));
  const ofOthers = window
    ? runsOf(window, others, view.roundedThreshold.value, model.min_run.value, model._steps.value)
    : [];
  const runs = window ? [...view.runs.value, ...ofOthers] : [];
  const layout = layOut(selected.length, others.length, view.pixelRatio.value);
  return [...selected, ...others].map((cell, i) => ({
    ...{ cell, color: colorOf.get(cell) ?? colors.selected, runs: runs[i] ?? [] },
    ...{ top: layout.tops[i] ?? 0, height: layout.height },
  }));
}

/**
 * Where the lines of selected cells and, after a gap, of other pinned cells lie. Lines are whole device pixels high.
 */
export function layOut(selected: number, others: number, ratio: number): { tops: number[]; height: number } {
  const lines = selected + others;
  // Lines at fractions of pixels would make a moiré pattern.
  const room = Math.floor(((RUNS_HEIGHT - PINNED_GAP) * ratio) / Math.max(lines, 1));
  const pitch = clamp(room, 1, Math.round(WIDEST_PITCH * ratio));
  const height = pitch > 1 ? pitch - Math.max(1, Math.floor(pitch / 3)) : 1;
  const gap = selected > 0 ? Math.round(PINNED_GAP * ratio) : 0;
  const top = (i: number) => (i * pitch + (i >= selected ? gap : 0)) / ratio;
  return { tops: Array.from({ length: lines }, (_, i) => top(i)), height: height / ratio };
}

function drawRuns(
  canvas: HTMLCanvasElement,
  layers: RunLayers,
  lines: readonly RunLine[],
  model: Model,
  view: ViewState,
): void {
  const last = lines.at(-1);
  const height = (last?.top ?? 0) + (last?.height ?? 0);
  const context = overSteps(canvas, height, model, view);
  const visible = view.visible.value;
  const wordWidth = model.word_width.value;
  const key = [lines, ...visible, wordWidth, view.pixelRatio.value];
  const envelopes = view.stride.value === null ? null : view.envelopes.value;
  layers.lines.update([...key, envelopes], canvas.width, canvas.height, (cached) => {
    cached.scale(view.pixelRatio.value, view.pixelRatio.value);
    if (envelopes) {
      drawShares(cached, layers.shares, envelopes, lines, visible, wordWidth);
      return;
    }
    // Without space between them, lines are paler, so that they do not become a block of colour.
    cached.globalAlpha = (lines[1]?.top ?? 0) > (lines[0]?.height ?? 0) ? 1 : PACKED_ALPHA;
    for (const line of lines) drawLine(cached, line, line.color, visible, wordWidth);
  });
  const step = view.hoveredStep.value;
  const colors = view.colors.value;
  if (step !== null && step >= visible[0] && step < visible[1]) {
    const [left, width] = barOf(step, visible[0], wordWidth);
    context.globalAlpha = 0.14;
    context.fillStyle = colors.hovered;
    context.fillRect(left, 0, width, height);
    context.globalAlpha = 1;
  }
  context.drawImage(
    layers.lines.canvas,
    0,
    0,
    canvas.width / view.pixelRatio.value,
    canvas.height / view.pixelRatio.value,
  );
  const hovered = lines.find(({ cell }) => cell === view.hoveredCell.value);
  if (!hovered) return;
  // A little higher than its line, so that it stands out among hundreds.
  const thick = { ...hovered, top: Math.max(0, hovered.top - 1), height: hovered.height + 2 };
  if (envelopes) {
    drawShares(context, layers.hovered, envelopes, [{ ...thick, color: colors.hovered }], visible, wordWidth);
  }
  drawLine(context, thick, colors.hovered, visible, wordWidth);
}

/** Draw each cell's line as strong, in each column, as the share of the column's steps at which the cell is on. */
function drawShares(
  context: CanvasRenderingContext2D,
  layer: Layer,
  envelopes: Envelopes,
  lines: readonly RunLine[],
  [first]: Range,
  wordWidth: number,
): void {
  const count = envelopes.cells.length === 0 ? 0 : envelopes.low.length / envelopes.cells.length;
  if (count === 0) return;
  layer.update([envelopes, lines], count, lines.length, (image) => {
    const pixels = image.createImageData(count, lines.length);
    fillShares(pixels.data, envelopes, lines);
    image.putImageData(pixels, 0, 0);
  });
  const left = (envelopes.start - first) * wordWidth;
  lines.forEach(({ top, height }, i) => {
    context.drawImage(
      layer.canvas,
      ...[0, i, count, 1],
      ...[left, top, count * envelopes.stride * wordWidth, height],
    );
  });
}

/** Fill the pixels of an image, a row for each line and a pixel for each column. */
export function fillShares(
  pixels: Uint8ClampedArray,
  { shares, cells }: Pick<Envelopes, "shares" | "cells">,
  lines: readonly Pick<RunLine, "cell" | "color">[],
): void {
  const count = pixels.length / 4 / lines.length;
  lines.forEach(({ cell, color }, row) => {
    const place = cells.indexOf(cell);
    if (!shares || place < 0) return;
    const [red = 0, green = 0, blue = 0] = colorBytes(color);
    for (let column = 0; column < count; column++) {
      const share = shares[column * cells.length + place] as number;
      const at = 4 * (row * count + column);
      pixels[at] = red;
      pixels[at + 1] = green;
      pixels[at + 2] = blue;
      pixels[at + 3] = share === 0 ? 0 : Math.max(LEAST_SHARE, share);
    }
  });
}

function drawLine(
  context: CanvasRenderingContext2D,
  { runs, top, height }: RunLine,
  color: string,
  visible: Range,
  wordWidth: number,
): void {
  context.fillStyle = color;
  for (const run of runs) {
    const extent = extentInSight(run, visible, wordWidth);
    if (extent) context.fillRect(extent.left, top, extent.width, height);
  }
}

/** The line at a height, or else the next one above it. */
export function lineAt<L extends { top: number }>(lines: readonly L[], y: number): L | undefined {
  return lines.filter(({ top }) => top <= y).at(-1);
}

/** Let the cell whose line is under the pointer be the hovered one. */
function hoverRuns(
  runs: HTMLElement,
  canvas: HTMLElement,
  lines: () => readonly RunLine[],
  view: ViewState,
): () => void {
  return all(
    listen(runs, "pointermove", (event) => {
      const [, y] = placeIn(canvas, event);
      view.hoveredCell.value = lineAt(lines(), y)?.cell ?? null;
    }),
    listen(runs, "pointerleave", () => {
      view.hoveredCell.value = null;
    }),
  );
}
