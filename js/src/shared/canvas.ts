import type { Range } from "../explorer/time/ranges";
import type { Window } from "../explorer/time/window";

/** A canvas that is kept and shown again as long as its key stays the same. */
export interface Layer {
  readonly canvas: HTMLCanvasElement;
  /** Redraw where `key` differs from the last one. Returns whether it was drawn. */
  update(
    key: readonly unknown[],
    width: number,
    height: number,
    draw: (context: CanvasRenderingContext2D) => void,
  ): boolean;
}

export function createLayer(): Layer {
  const canvas = document.createElement("canvas");
  let last: readonly unknown[] = [];
  return {
    canvas,
    update(key, width, height, draw) {
      if (key.length === last.length && key.every((part, i) => Object.is(part, last[i]))) return false;
      last = key;
      draw(sized(canvas, width, height));
      return true;
    },
  };
}

/** The context of a cleared canvas of this size in device pixels. */
export function sized(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  } else {
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
  }
  return context;
}

/** Red, green, blue and opacity of a colour as CSS writes it, 0 to 255. */
export function colorOf(color: string): Uint8ClampedArray {
  let known = pixels.get(color);
  if (!known) {
    const options = { willReadFrequently: true };
    const context = document.createElement("canvas").getContext("2d", options) as CanvasRenderingContext2D;
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    known = context.getImageData(0, 0, 1, 1).data;
    pixels.set(color, known);
  }
  return known;
}

const pixels = new Map<string, Uint8ClampedArray>();

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

/** One line a cell through the centres of the steps; a value that is not finite leaves a gap. */
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
  // Half the time of round joins. Sharp ones are cut: a spike would stand for a value that is not there.
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
      // The short stroke shows a value that stands alone between two gaps.
      context.moveTo(x - 1, y);
      context.lineTo(x, y);
    }
    drawing = true;
  }
}
