import { sized } from "../../shared/canvas";
import { all, create, listen } from "../../shared/dom";
import { onDrag } from "../../shared/drag";
import { drawLater } from "../../shared/frame";
import { clamp } from "../../shared/numbers";
import { placeIn } from "../../shared/place";
import { formatCount } from "../../shared/text";
import type { Model } from "../model";
import { PLOT_PADDING, profileRoom } from "../time/layout";
import type { Range } from "../time/ranges";
import type { ViewState } from "../view_state";
import { thresholdAt } from "./threshold";
import { cellsAt, countShare, histogramBars, type ThresholdCounts } from "./threshold_counts";

const GAP = 14;
/** Widths in pixels: of the histogram of values, of the curve of cells, and between the two. */
const VALUES_WIDTH = 32;
const CELLS_WIDTH = 52;
const BETWEEN = 12;
const WIDTH = VALUES_WIDTH + BETWEEN + CELLS_WIDTH + 4;
/** Height below the plot, for the numbers and captions. */
const CAPTIONS = 30;
const LEAST_BAR = 4;
const CELLS_LEFT = VALUES_WIDTH + BETWEEN;

/**
 * Beside the plot, on the same value axis: a histogram of the values in the selection, and a curve of how many cells
 * each threshold would select. A press in it sets the threshold.
 */
export function mountProfile(host: HTMLElement, model: Model, view: ViewState): () => void {
  const canvas = create("canvas", "lv-profile-canvas");
  const panel = create(
    "div",
    "lv-profile",
    {
      "data-part": "profile",
      title: "grey: values in the selection; blue: cells that each threshold would select",
      "aria-hidden": "true",
    },
    canvas,
  );
  host.append(panel);
  return all(
    drawLater(() => {
      const counts = model._threshold_counts.value;
      const hidden = profileRoom(view.width.value) === 0 || !counts || model.selection.value === null;
      panel.hidden = hidden;
      if (hidden || !counts) return undefined;
      panel.style.left = `${view.visibleSteps.value * model.word_width.value - 1 + GAP}px`;
      draw(canvas, counts, model, view);
      return undefined;
    }),
    pointAtThresholds(panel, model, view),
    () => panel.remove(),
  );
}

function draw(canvas: HTMLCanvasElement, counts: ThresholdCounts, model: Model, view: ViewState): void {
  const ratio = view.pixelRatio.value;
  const height = view.plotHeight.value + CAPTIONS;
  canvas.style.width = `${WIDTH}px`;
  canvas.style.height = `${height}px`;
  const context = sized(canvas, Math.round(WIDTH * ratio), Math.round(height * ratio));
  context.scale(ratio, ratio);
  const { domain, toPixel } = view.scale.value;
  const room: Range = [toPixel(domain[1]), toPixel(domain[0])];
  const shown = curveOf(counts, toPixel, room);
  const most = Math.max(0, ...shown.map(({ count }) => count));
  drawValues(context, counts, room, view);
  drawCurve(context, shown, most, room, view);
  drawCaptions(context, most, view);
  const hovered = view.hoveredThreshold.value;
  if (hovered !== null) drawMark(context, hovered, cellsAt(counts, hovered), most, view, "hovered");
  const threshold = model.threshold.value;
  const count = cellsAt(counts, threshold) ?? model.selected_cells.value.length;
  // Two numbers so close to each other could not be read.
  const isNear = hovered !== null && Math.abs(toPixel(hovered) - toPixel(threshold)) < 13;
  if (!isNear && threshold >= domain[0] && threshold <= domain[1]) {
    drawMark(context, threshold, count, most, view, "selected");
  }
}

function drawValues(
  context: CanvasRenderingContext2D,
  counts: ThresholdCounts,
  room: Range,
  view: ViewState,
): void {
  const { toPixel } = view.scale.value;
  const colors = view.colors.value;
  const bars = histogramBars(counts, toPixel, room, LEAST_BAR);
  const most = Math.max(1, ...bars.map(({ count }) => count));
  context.fillStyle = colors.line;
  context.globalAlpha = 0.42;
  for (const { top, bottom, count } of bars) {
    const from = Math.max(top, room[0]);
    const to = Math.min(bottom, room[1]);
    if (count > 0 && to - from > 0.5) {
      context.fillRect(0, from, Math.max(1, (count / most) * VALUES_WIDTH), to - from - 0.5);
    }
  }
  context.globalAlpha = 1;
  context.fillStyle = colors.hairline;
  context.fillRect(-1, room[0], 1, room[1] - room[0]);
}

/**
 * The thresholds that lie within `room` on the value axis: their height in pixels, and how many cells they would
 * select.
 */
export function curveOf(
  { thresholds, cells }: ThresholdCounts,
  toPixel: (value: number) => number,
  room: Range,
): { y: number; count: number }[] {
  return thresholds.flatMap((threshold, i) => {
    const y = toPixel(threshold);
    return y >= room[0] - 0.5 && y <= room[1] + 0.5 ? [{ y, count: cells[i] as number }] : [];
  });
}

/** Draw the curve of cells, with ticks behind it. */
function drawCurve(
  context: CanvasRenderingContext2D,
  shown: readonly { y: number; count: number }[],
  most: number,
  room: Range,
  view: ViewState,
): void {
  const colors = view.colors.value;
  context.fillStyle = colors.hairline;
  for (const count of countTicks(most)) {
    context.fillRect(Math.round(countX(count, most)), room[0], 1, room[1] - room[0]);
  }
  context.beginPath();
  context.moveTo(CELLS_LEFT, room[1]);
  for (const { y, count } of shown) context.lineTo(countX(count, most), y);
  context.lineTo(CELLS_LEFT, room[0]);
  context.fillStyle = colors.wash;
  context.globalAlpha = 0.7;
  context.fill();
  context.globalAlpha = 1;
  context.beginPath();
  for (const { y, count } of shown) context.lineTo(countX(count, most), y);
  context.strokeStyle = colors.selected;
  context.lineWidth = 1.35;
  context.lineJoin = "round";
  context.stroke();
}

/** Where a count lies on the axis of cells, in pixels. */
export function countX(count: number, most: number): number {
  return CELLS_LEFT + countShare(count, most) * CELLS_WIDTH;
}

/** Zero, the powers of ten below the greatest count, and that count. */
export function countTicks(most: number): number[] {
  const powers = [1, 10, 100, 1000, 10_000, 100_000].filter((power) => power < most);
  return most > 0 ? [0, ...powers, most] : [0];
}

/** Draw the captions, and numbers under the ticks of cells. */
function drawCaptions(context: CanvasRenderingContext2D, most: number, view: ViewState): void {
  const colors = view.colors.value;
  context.font = `11px ${colors.font}`;
  context.fillStyle = colors.second;
  context.textBaseline = "alphabetic";
  context.textAlign = "left";
  context.fillText("values", 0, view.plotHeight.value + 25);
  context.fillText("cells (log)", CELLS_LEFT, view.plotHeight.value + 25);
  context.textAlign = "center";
  const widthOf = (text: string) => context.measureText(text).width;
  for (const { text, at } of placeNumbers(most, widthOf))
    context.fillText(text, at, view.plotHeight.value + 11);
}

/**
 * The numbers under the ticks that there is room for, and where their middles lie. The last number and 0 come first.
 */
export function placeNumbers(
  most: number,
  widthOf: (text: string) => number,
): { text: string; at: number }[] {
  const [zero = 0, ...others] = countTicks(most);
  const taken: Range[] = [];
  const placed: { text: string; at: number }[] = [];
  for (const count of [others.pop() ?? zero, zero, ...others.reverse()]) {
    const text = formatCount(count);
    const width = widthOf(text);
    const at = clamp(countX(count, most), CELLS_LEFT + width / 2, WIDTH - width / 2);
    const range: Range = [at - width / 2 - 2, at + width / 2 + 2];
    if (taken.some(([low, high]) => range[0] < high && low < range[1])) continue;
    taken.push(range);
    placed.push({ text, at });
  }
  return placed;
}

/** Mark a threshold with a dot on the curve, and the number of cells beside it. */
function drawMark(
  context: CanvasRenderingContext2D,
  threshold: number,
  count: number | null,
  most: number,
  view: ViewState,
  kind: "selected" | "hovered",
): void {
  if (count === null) return;
  const colors = view.colors.value;
  const y = view.scale.value.toPixel(threshold);
  const x = countX(count, most);
  context.fillStyle = kind === "selected" ? colors.threshold : colors.hovered;
  const rule = Math.round(y);
  for (let left = 0; left < WIDTH; left += 8) context.fillRect(left, rule, Math.min(5, WIDTH - left), 1);
  context.beginPath();
  context.arc(x, y, 3.5, 0, 2 * Math.PI);
  context.fillStyle = kind === "selected" ? colors.selected : colors.hovered;
  context.fill();
  context.lineWidth = 1;
  context.strokeStyle = colors.ground;
  context.stroke();
  const text = formatCount(count);
  context.font = `600 11.5px ${colors.font}`;
  context.textBaseline = "middle";
  context.textAlign = "left";
  const left = clamp(x + 7, 0, WIDTH - context.measureText(text).width);
  const above = Math.max(PLOT_PADDING, y - 9);
  context.lineJoin = "round";
  context.lineWidth = 3;
  context.strokeText(text, left, above);
  context.fillText(text, left, above);
}

function pointAtThresholds(panel: HTMLElement, model: Model, view: ViewState): () => void {
  const thresholdUnder = (event: PointerEvent) => {
    const [, y] = placeIn(panel, event);
    return thresholdAt(y, view.scale.peek(), model._threshold_step.peek());
  };
  const forget = () => {
    view.hoveredThreshold.value = null;
  };
  return all(
    listen(panel, "pointermove", (event) => {
      const isPlot = placeIn(panel, event)[1] <= view.plotHeight.value;
      view.hoveredThreshold.value = event.buttons === 0 && isPlot ? thresholdUnder(event) : null;
    }),
    listen(panel, "pointerleave", forget),
    onDrag(panel, (down) => {
      const before = model.threshold.peek();
      const release = model.hold("threshold");
      const set = (event: PointerEvent) => model.set("threshold", thresholdUnder(event));
      forget();
      set(down);
      return {
        move: set,
        end: release,
        cancel: () => {
          model.set("threshold", before);
          release();
        },
      };
    }),
    forget,
  );
}
