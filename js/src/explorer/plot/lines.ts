import type { Range } from "../time/ranges";
import type { Window } from "../time/window";

export interface LineStyle {
  color: string;
  alpha: number;
  /** In device pixels. */
  width: number;
}

export interface LineGeometry {
  /** Steps drawn; x = 0 is the left edge of the first. */
  steps: Range;
  /** Device pixels a step. */
  stepWidth: number;
  /** Value to device pixels. */
  toPixel: (value: number) => number;
}

/** Draw a line for each cell through the middles of the steps. A value that is not finite leaves a gap. */
export function drawLines(
  context: CanvasRenderingContext2D,
  window: Window,
  cells: Iterable<number>,
  geometry: LineGeometry,
  style: LineStyle,
): void {
  context.strokeStyle = style.color;
  context.globalAlpha = style.alpha;
  context.lineWidth = style.width;
  // Mitred joins take half the time of round ones. The limit cuts off spikes, which would look like values.
  context.lineJoin = "miter";
  context.miterLimit = 2;
  for (const cell of cells) {
    context.beginPath();
    traceLine(context, window, cell, geometry);
    context.stroke();
  }
  context.globalAlpha = 1;
}

function traceLine(
  context: CanvasRenderingContext2D,
  window: Window,
  cell: number,
  geometry: LineGeometry,
): void {
  const { steps, stepWidth, toPixel } = geometry;
  const { values, cells, start } = window;
  let drawing = false;
  for (let step = steps[0]; step < steps[1]; step++) {
    const value = values[(step - start) * cells + cell] as number;
    if (!Number.isFinite(value)) {
      drawing = false;
      continue;
    }
    const x = (step - steps[0] + 0.5) * stepWidth;
    const y = toPixel(value);
    if (drawing) context.lineTo(x, y);
    else {
      // The short stroke makes a value visible that stands alone between two gaps.
      context.moveTo(x - 1, y);
      context.lineTo(x, y);
    }
    drawing = true;
  }
}
