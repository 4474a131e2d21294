import { sized } from "../../shared/canvas";
import { all, create, setAttribute, setText } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import { needsPython } from "../../shared/needs_python";
import { brushSteps } from "../gestures/brush";
import { moveAlong } from "../gestures/moving";
import { createWholeToggle, zoomWithKeys, zoomWithPointer } from "../gestures/zooming";
import { valuesText } from "../made_layer";
import type { Model } from "../model";
import { columnAround } from "../time/columns";
import type { Range } from "../time/ranges";
import { startMarks } from "../time/starts";
import type { Window } from "../time/window";
import type { ViewState } from "../view_state";
import { createCellDrawing } from "./cell_lines";
import { drawHovered, drawHoveredNumber, hoverCell } from "./hovered_cell";
import { createPinnedDrawing, pinHovered } from "./pinned_lines";
import { createColumnsDrawing } from "./plot_columns";
import { mountThreshold } from "./threshold";

/** Strength of a line where a sequence starts, where columns of pixels leave little between two. */
const LINE_IN_COLUMNS = 0.5;

/** The select view: the value of every cell over time. */
export function mountPlot(host: HTMLElement, model: Model, view: ViewState): () => void {
  const canvas = create("canvas", "lv-canvas", { "aria-hidden": "true" });
  const plot = create("div", "lv-plot", {
    "data-part": "plot",
    tabindex: "0",
    role: "group",
    "aria-label": "Cell values over time. Arrow keys move along time.",
  });
  const caption = create("div", "lv-plot-caption", { "data-part": "plot-caption" });
  needsPython(plot, "undraggable").append(canvas, caption);
  host.append(plot);
  const drawing = {
    cells: createCellDrawing(model, view),
    pinned: createPinnedDrawing(model, view),
    columns: createColumnsDrawing(model, view),
  };

  return all(
    drawOnFrame(() => draw(canvas, drawing, model, view)),
    drawOnFrame(() =>
      setAttribute(plot, "title", plotTitle(view.stride.value, view.columns.value?.densityEvery ?? 1)),
    ),
    drawOnFrame(() => {
      setText(caption, valuesText(model));
      caption.hidden = caption.textContent === "";
    }),
    mountThreshold(plot, model, view),
    brushSteps(plot, model, view),
    zoomWithKeys(plot, createWholeToggle(model, view), model, view),
    zoomWithPointer(host, model, view),
    moveAlong(plot, host, model, view),
    hoverCell(plot, model, view),
    pinHovered(plot, model, view),
    () => plot.remove(),
  );
}

/** What a drag does, and what is drawn: of many steps in few columns, how dense values lie. */
export function plotTitle(stride: number | null, densityEvery: number): string {
  const gestures = "drag to select steps, click with Alt to pin a cell";
  if (stride === null || stride === 1) return `a line for each cell; ${gestures}`;
  const sample =
    densityEvery > 1 ? `, from a random sample of 1 value in ${densityEvery} and all extremes` : "";
  return `grey: how dense the values of all cells lie${sample}; blue: the selected cells; ${gestures}`;
}

interface Drawing {
  cells: (context: CanvasRenderingContext2D, window: Window) => void;
  pinned: (context: CanvasRenderingContext2D, window: Window) => void;
  columns: (context: CanvasRenderingContext2D) => void;
}

function draw(canvas: HTMLCanvasElement, drawing: Drawing, model: Model, view: ViewState): void {
  const width = view.width.value;
  if (width <= 0) return;
  const ratio = view.pixelRatio.value;
  canvas.style.width = `${width}px`;
  const context = sized(canvas, Math.round(width * ratio), Math.round(view.plotHeight.value * ratio));
  context.scale(ratio, ratio);
  drawAxis(context, model, view);
  drawRanges(context, model, view);
  const inColumns = view.stride.value !== null;
  const window = view.states.value;
  if (inColumns ? !view.columns.value : !window) return;
  const [first, end] = view.visible.value;
  const right = view.labelWidth.value + (end - first) * model.word_width.value;
  context.save();
  context.beginPath();
  context.rect(view.labelWidth.value, 0, right - view.labelWidth.value, view.plotHeight.value);
  context.clip();
  if (inColumns) drawing.columns(context);
  else if (window) {
    drawing.cells(context, window);
    drawing.pinned(context, window);
    drawHovered(context, window, model, view);
  }
  context.restore();
  drawHoveredNumber(context, model, view, right);
  view.painted.value = true;
}

function drawAxis(context: CanvasRenderingContext2D, model: Model, view: ViewState): void {
  const right = view.labelWidth.value + view.visibleSteps.value * model.word_width.value - 1;
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
    context.moveTo(view.labelWidth.value - 4, y);
    context.lineTo(right, y);
    context.stroke();
    if (tick !== view.tickUnderThreshold.value) context.fillText(format(tick), view.labelWidth.value - 9, y);
  }
}

/** Draw a wash over the selection, the step under the pointer, and lines where sequences start. */
function drawRanges(context: CanvasRenderingContext2D, model: Model, view: ViewState): void {
  const colors = view.colors.value;
  const [first, end] = view.visible.value;
  const wordWidth = model.word_width.value;
  const x = (step: number) =>
    view.labelWidth.value + (Math.min(Math.max(step, first), end) - first) * wordWidth;
  const fill = (range: Range, color: string, alpha: number) => {
    context.globalAlpha = alpha;
    context.fillStyle = color;
    context.fillRect(x(range[0]), 0, x(range[1]) - x(range[0]), view.plotHeight.value);
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

/** Draw a line where a sequence starts. The closer they are the paler, and at last there are none. */
function drawSequenceStarts(
  context: CanvasRenderingContext2D,
  x: (step: number) => number,
  view: ViewState,
): void {
  const [first, end] = view.visible.value;
  const { pixels, strength } = startMarks(view.knownStarts.value, [first, end], x);
  if (strength === 0) return;
  context.fillStyle = view.colors.value.second;
  context.globalAlpha = strength * (view.stride.value === null ? 1 : LINE_IN_COLUMNS);
  for (const pixel of pixels) context.fillRect(pixel, 0, 1, view.plotHeight.value);
  context.globalAlpha = 1;
}
