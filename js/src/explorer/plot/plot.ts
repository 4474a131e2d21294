import { batch } from "@preact/signals-core";
import { createLayer, type Layer, sized } from "../../shared/canvas";
import { all, create, listen } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import { needsPython } from "../../shared/needs_python";
import { formatValue } from "../../shared/text";
import { brushSteps } from "../gestures/brush";
import { moveAlong } from "../gestures/moving";
import { createWholeToggle, zoomWithKeys, zoomWithPointer } from "../gestures/zooming";
import type { Model } from "../model";
import { columnAround } from "../time/columns";
import { drawnSteps, LABEL_WIDTH, PLOT_HEIGHT, startPixels, stepAt } from "../time/layout";
import { containsRange, type Range } from "../time/ranges";
import type { Window } from "../time/window";
import type { ViewState } from "../view_state";
import { drawLines, type LineStyle } from "./lines";
import { highestStep, pickCell, stateAt } from "./nearest_line";
import { drawPinned, pinHovered } from "./pinned_lines";
import { createColumnsDrawing, highestOf, pickEnvelope } from "./plot_columns";
import { drawThinLines } from "./thin_lines";
import { mountThreshold } from "./threshold";

/** More selected cells than this are drawn thin and see-through: their density shows, and wide lines cost much more. */
const BROAD_LINES = 30;

/** The select view: the value of every cell over time. */
export function mountPlot(host: HTMLElement, model: Model, view: ViewState): () => void {
  const canvas = create("canvas", "lv-canvas", { "aria-hidden": "true" });
  const plot = create("div", "lv-plot", {
    "data-part": "plot",
    tabindex: "0",
    role: "group",
    "aria-label": "Cell values over time. Arrow keys move along time.",
  });
  needsPython(plot, "undraggable").append(canvas);
  host.append(plot);
  const layers: Layers = { grey: createLayer(), greySteps: null, blue: createLayer(), pinned: createLayer() };
  const drawColumns = createColumnsDrawing(model, view);

  return all(
    drawOnFrame(() => draw(canvas, layers, drawColumns, model, view)),
    mountThreshold(plot, model, view),
    brushSteps(plot, model, view),
    zoomWithKeys(plot, createWholeToggle(model, view), model, view),
    zoomWithPointer(host, model, view),
    moveAlong(plot, host, model, view),
    hover(plot, model, view),
    pinHovered(plot, model, view),
    () => plot.remove(),
  );
}

interface Layers {
  grey: Layer;
  /** What the grey layer was drawn from, and the steps that it shows. */
  greySteps: { values: Window["values"]; wordWidth: number; steps: Range } | null;
  blue: Layer;
  pinned: Layer;
}

function draw(
  canvas: HTMLCanvasElement,
  layers: Layers,
  drawColumns: (context: CanvasRenderingContext2D) => void,
  model: Model,
  view: ViewState,
): void {
  const width = view.width.value;
  if (width <= 0) return;
  const ratio = view.pixelRatio.value;
  canvas.style.width = `${width}px`;
  const context = sized(canvas, Math.round(width * ratio), Math.round(PLOT_HEIGHT * ratio));
  context.scale(ratio, ratio);
  drawAxis(context, model, view);
  drawRanges(context, model, view);
  const inColumns = view.stride.value !== null;
  const window = view.states.value;
  if (inColumns ? !view.columns.value : !window) return;
  const [first, end] = view.visible.value;
  const right = LABEL_WIDTH + (end - first) * model.word_width.value;
  context.save();
  context.beginPath();
  context.rect(LABEL_WIDTH, 0, right - LABEL_WIDTH, PLOT_HEIGHT);
  context.clip();
  if (inColumns) drawColumns(context);
  else if (window) {
    drawCells(context, layers, window, model, view);
    drawPinned(context, layers.pinned, window, model, view);
    drawHovered(context, window, model, view);
  }
  context.restore();
  drawHoveredNumber(context, model, view, right);
  view.painted.value = true;
}

function drawAxis(context: CanvasRenderingContext2D, model: Model, view: ViewState): void {
  const right = LABEL_WIDTH + view.visibleSteps.value * model.word_width.value - 1;
  const colors = view.colors.value;
  const { ticks, format, toPixel } = view.scale.value;
  context.font = `11px ${colors.font}`;
  context.textAlign = "right";
  context.textBaseline = "middle";
  context.fillStyle = colors.second;
  context.strokeStyle = colors.hairline;
  context.lineWidth = 1;
  for (const tick of ticks) {
    const y = Math.round(toPixel(tick)) + 0.5;
    context.beginPath();
    context.moveTo(LABEL_WIDTH - 4, y);
    context.lineTo(right, y);
    context.stroke();
    if (tick !== view.tickUnderThreshold.value) context.fillText(format(tick), LABEL_WIDTH - 9, y);
  }
}

/** The wash over the selection, the column under the pointer and the rules where sequences start. */
function drawRanges(context: CanvasRenderingContext2D, model: Model, view: ViewState): void {
  const colors = view.colors.value;
  const [first, end] = view.visible.value;
  const wordWidth = model.word_width.value;
  const x = (step: number) => LABEL_WIDTH + (Math.min(Math.max(step, first), end) - first) * wordWidth;
  const fill = (range: Range, color: string, alpha: number) => {
    context.globalAlpha = alpha;
    context.fillStyle = color;
    context.fillRect(x(range[0]), 0, x(range[1]) - x(range[0]), PLOT_HEIGHT);
    context.globalAlpha = 1;
  };
  const selection = model.selection.value;
  if (selection) fill(selection, colors.wash, 0.6);
  const step = view.hoveredStep.value;
  if (step !== null)
    fill(
      columnAround(step, view.stride.value ?? 1),
      colors.hovered,
      view.stride.value === null ? 0.07 : 0.35,
    );
  drawSequenceStarts(context, x, view);
}

/** A rule where a sequence starts; the closer they stand the paler, so that they never hide the cells. */
function drawSequenceStarts(
  context: CanvasRenderingContext2D,
  x: (step: number) => number,
  view: ViewState,
): void {
  const [first, end] = view.visible.value;
  const pixels = startPixels(view.knownStarts.value?.starts ?? [], [first, end], x);
  context.fillStyle = view.colors.value.second;
  context.globalAlpha = Math.min(1, (x(end) - x(first)) / 6 / Math.max(pixels.length, 1));
  for (const pixel of pixels) context.fillRect(pixel, 0, 1, PLOT_HEIGHT);
  context.globalAlpha = 1;
}

/** Grey lines of all cells and blue ones of the selected, each kept in a layer of its own. */
function drawCells(
  context: CanvasRenderingContext2D,
  layers: Layers,
  window: Window,
  model: Model,
  view: ViewState,
): void {
  const [first] = view.visible.value;
  const ratio = view.pixelRatio.value;
  const wordWidth = model.word_width.value;
  const height = Math.round(PLOT_HEIGHT * ratio);
  const scale = view.scale.value;
  const colors = view.colors.value;

  const show = (layer: Layer, steps: Range, cells: readonly number[], style: LineStyle): boolean => {
    const width = Math.max(1, Math.round((steps[1] - steps[0]) * wordWidth * ratio));
    const toPixel = (value: number) => scale.toPixel(value) * ratio;
    const key = [window.values, cells, ...steps, wordWidth, ratio, scale, colors];
    const redrawn = layer.update(key, width, height, (lines) => {
      const drawAll = style.width === 1 && cells.length > BROAD_LINES ? drawThinLines : drawLines;
      drawAll(lines, window, cells, { steps, stepWidth: wordWidth * ratio, toPixel }, style);
    });
    const left = LABEL_WIDTH + (steps[0] - first) * wordWidth;
    context.drawImage(layer.canvas, left, 0, width / ratio, height / ratio);
    return redrawn;
  };

  const inSight = drawnSteps(window, view.visible.value);
  const every = view.everyCell.value;
  const greyStyle = { color: colors.line, alpha: greyAlpha(every.length), width: 1 };
  if (show(layers.grey, greySteps(layers, window, wordWidth, inSight), every, greyStyle))
    view.greyRedraws.value = view.greyRedraws.peek() + 1;
  const selected = view.shownCells.value;
  show(layers.blue, inSight, selected, selectedStyle(selected.length, colors.selected, ratio));
}

/**
 * The steps that the grey layer has. What is shown first is drawn soonest, so no more than that; once one moves along
 * time it reaches beyond both edges, so that most moves redraw nothing.
 */
function greySteps(layers: Layers, window: Window, wordWidth: number, inSight: Range): Range {
  const last = layers.greySteps;
  const sameLines = last?.values === window.values && last.wordWidth === wordWidth;
  if (last && sameLines && containsRange(last.steps, inSight)) return last.steps;
  const steps = sameLines ? widened(window, inSight) : inSight;
  layers.greySteps = { values: window.values, wordWidth, steps };
  return steps;
}

/** Half a page more before and after. */
function widened(window: Window, [first, end]: Range): Range {
  const half = Math.ceil((end - first) / 2);
  return [Math.max(window.start, first - half), Math.min(window.stop, end + half)];
}

/** Few lines may be darker, many must be paler, for the bundle to stay a bundle. */
function greyAlpha(cells: number): number {
  return Math.min(0.42, Math.max(0.08, 0.19 * Math.sqrt(200 / cells)));
}

function selectedStyle(cells: number, color: string, ratio: number): LineStyle {
  const broad = cells <= BROAD_LINES;
  return {
    color,
    alpha: broad ? 0.95 : Math.max(0.1, 0.5 * Math.sqrt(BROAD_LINES / cells)),
    width: broad ? 1.35 * ratio : 1,
  };
}

function drawHovered(context: CanvasRenderingContext2D, window: Window, model: Model, view: ViewState): void {
  const cell = view.hoveredCell.value;
  if (cell === null || cell >= window.cells) return;
  const wordWidth = model.word_width.value;
  const steps = drawnSteps(window, view.visible.value);
  context.save();
  context.translate(LABEL_WIDTH + (steps[0] - model.position.value) * wordWidth, 0);
  drawLines(
    context,
    window,
    [cell],
    { steps, stepWidth: wordWidth, toPixel: view.scale.value.toPixel },
    { color: view.colors.value.hovered, alpha: 1, width: 2.25 },
  );
  context.restore();
}

/** The hovered cell's number, beside its line at the pointer or, hovered elsewhere, at its highest visible point. */
function drawHoveredNumber(
  context: CanvasRenderingContext2D,
  model: Model,
  view: ViewState,
  right: number,
): void {
  const cell = view.hoveredCell.value;
  const at = cell === null ? null : placeOfNumber(cell, view);
  if (!at || !Number.isFinite(at.value)) return;
  const { step, value } = at;
  const colors = view.colors.value;
  const text = `${cell}  ${formatValue(value)}`;
  context.font = `600 11.5px ${colors.font}`;
  context.textAlign = "left";
  context.textBaseline = "middle";
  const wordWidth = model.word_width.value;
  const x = LABEL_WIDTH + (step - model.position.value) * wordWidth + 6;
  const left = Math.min(Math.max(x, LABEL_WIDTH + 3), right - context.measureText(text).width - 3);
  const y = Math.max(9, view.scale.value.toPixel(value) - 10);
  context.lineJoin = "round";
  context.lineWidth = 3;
  context.strokeStyle = colors.ground;
  context.strokeText(text, left, y);
  context.fillStyle = colors.hovered;
  context.fillText(text, left, y);
}

/** The centre of a step, in steps, and the value beside which the number stands. */
function placeOfNumber(cell: number, view: ViewState): { step: number; value: number } | null {
  const hovered = view.hoveredStep.value;
  const stride = view.stride.value;
  if (stride !== null) {
    const envelopes = view.envelopes.value;
    const steps = hovered === null ? view.visible.value : columnAround(hovered, stride);
    return envelopes && highestOf(envelopes, cell, steps);
  }
  const window = view.states.value;
  if (!window || cell >= window.cells) return null;
  const step = hovered ?? highestStep(window, cell, view.visible.value);
  return { step: step + 0.5, value: stateAt(window, cell, step) };
}

function hover(plot: HTMLElement, model: Model, view: ViewState): () => void {
  return all(
    listen(plot, "pointermove", (event) => {
      const box = plot.getBoundingClientRect();
      const x = event.clientX - box.left;
      const wordWidth = model.word_width.peek();
      const step = stepAt(x, model.position.peek(), wordWidth);
      const [first, end] = view.visible.peek();
      const inside = x >= 0 && step >= first && step < end;
      const window = view.states.peek();
      batch(() => {
        view.hoveredStep.value = inside ? step : null;
        // While a button is down something is being dragged: the cell under it is of no interest then.
        if (event.buttons !== 0) return;
        const at = model.position.peek() + x / wordWidth;
        const y = event.clientY - box.top;
        const { toPixel } = view.scale.peek();
        const envelopes = view.envelopes.peek();
        if (envelopes) view.hoveredCell.value = inside ? pickEnvelope(envelopes, step, y, toPixel) : null;
        else
          view.hoveredCell.value =
            inside && window && view.stride.peek() === null
              ? pickCell(window, view.shownCells.peek(), view.everyCell.peek(), at, y, toPixel)
              : null;
      });
    }),
    listen(plot, "pointerleave", () => {
      batch(() => {
        view.hoveredStep.value = null;
        view.hoveredCell.value = null;
      });
    }),
  );
}
