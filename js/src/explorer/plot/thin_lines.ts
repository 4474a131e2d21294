import { colorBytes } from "../../shared/canvas";
import { clamp } from "../../shared/numbers";
import type { Window } from "../time/window";
import type { LineGeometry, LineStyle } from "./lines";

/** What a line that covers a whole pixel counts. Coverage is counted in integers, so that sums cancel out exactly. */
const WHOLE_BITS = 12;
const WHOLE = 1 << WHOLE_BITS;
/** Heights are integers in this fraction of a pixel. */
const FINE_BITS = 8;
const FINE = 1 << FINE_BITS;
/** Heights are limited to so many pixels outside the picture; greater ones would overflow 32 bits. */
const FARTHEST = 1 << 20;
/** What a pixel that one line covers counts in the result. */
const LINE_BITS = 4;
export const LINE = 1 << LINE_BITS;
/** So many columns are added up together. More would not fit the processor's cache. */
const TOGETHER = 16;

/**
 * Draw hundreds of lines one device pixel wide, as `drawLines` does but many times faster. All lines have the same
 * colour, so it is enough to count how many cover each pixel: n lines of opacity a over each other have the opacity 1
 * − (1 − a)ⁿ. Replaces the content of `context`.
 */
export function drawThinLines(
  context: CanvasRenderingContext2D,
  window: Window,
  cells: readonly number[],
  geometry: LineGeometry,
  { color, alpha }: LineStyle,
): void {
  const { width, height } = context.canvas;
  const table = opacities(alpha, colorBytes(color));
  const pixels = coverage(window, cells, geometry, width, height, table);
  context.putImageData(new ImageData(new Uint8ClampedArray(pixels.buffer), width, height), 0, 0);
}

/**
 * For each pixel, row by row, the entry of `table` for the number of lines that cover it, in units of 1 / `LINE`. The
 * last entry is also for greater numbers.
 */
export function coverage(
  window: Window,
  cells: readonly number[],
  geometry: LineGeometry,
  width: number,
  height: number,
  table: Uint32Array,
): Uint32Array<ArrayBuffer> {
  const changes = edges(window, cells, geometry, width, height);
  const found = new Uint32Array(width * height);
  for (let left = 0; left < width; left += TOGETHER) {
    addUp(changes, found, table, width, height, left);
  }
  return found;
}

const sums = new Int32Array(TOGETHER);

/** Add up `TOGETHER` columns from `left` on, from top to bottom. */
function addUp(
  changes: Int32Array,
  found: Uint32Array,
  table: Uint32Array,
  width: number,
  height: number,
  left: number,
): void {
  const columns = Math.min(TOGETHER, width - left);
  const tall = height + 2;
  const last = table.length - 1;
  sums.fill(0);
  for (let y = 0; y < height; y++) {
    let from = left * tall + y;
    let to = y * width + left;
    for (let i = 0; i < columns; i++, from += tall, to++) {
      const covered = ((sums[i] as number) + (changes[from] as number)) | 0;
      sums[i] = covered;
      const place = covered >> (WHOLE_BITS - LINE_BITS);
      found[to] = table[place < last ? place : last] as number;
    }
  }
}

/** The pixel for each number of lines, up to where more lines make no difference. */
function opacities(alpha: number, color: Uint8ClampedArray): Uint32Array {
  const pixel = color.slice();
  const whole = new Uint32Array(pixel.buffer);
  const seeThrough = Math.log1p(-Math.min(alpha, 0.998));
  const most = Math.ceil((Math.log(1 / 512) / seeThrough) * LINE);
  return Uint32Array.from({ length: most + 1 }, (_, i) => {
    pixel[3] = 255 * -Math.expm1((seeThrough * i) / LINE);
    return whole[0] as number;
  });
}

/**
 * By how much the coverage of each pixel differs from that of the pixel above: column by column, with two more
 * entries a column than there are rows. Within a column of pixels a line is a bar from where it enters to where it
 * leaves, half a pixel longer at both ends, and as opaque as gives it the area of the line.
 */
function edges(
  window: Window,
  cells: readonly number[],
  { steps, stepWidth, toPixel }: LineGeometry,
  width: number,
  height: number,
): Int32Array {
  const tall = height + 2;
  const found = zeros(width * tall);
  const readHeights = (step: number, heights: Float32Array) => {
    const row = (step - window.start) * window.cells;
    for (let i = 0; i < cells.length; i++) {
      const value = window.values[row + (cells[i] as number)] as number;
      // Infinite values are gaps, too.
      heights[i] = Number.isFinite(value) ? clamp(toPixel(value), -FARTHEST, FARTHEST) : Number.NaN;
    }
  };
  let before = new Float32Array(cells.length).fill(Number.NaN);
  let here = before.slice();
  let next = before.slice();
  if (steps[0] < steps[1]) readHeights(steps[0], next);
  for (let step = steps[0]; step < steps[1]; step++) {
    [before, here, next] = [here, next, before];
    if (step + 1 < steps[1]) readHeights(step + 1, next);
    else next.fill(Number.NaN);
    const x = (step - steps[0] + 0.5) * stepWidth;
    // The columns of pixels whose middles lie between this step and the next.
    const from = Math.max(0, Math.ceil(x - 0.5));
    const last = Math.min(width, Math.ceil(x + stepWidth - 0.5)) - 1;
    for (let i = 0; i < cells.length; i++) {
      const y = here[i] as number;
      if (Number.isNaN(y)) continue;
      const end = next[i] as number;
      if (Number.isNaN(end)) {
        // A value that stands alone between two gaps is a short stroke.
        if (Number.isNaN(before[i]) && from > 0) addSegment(found, height, from - 1, from - 1, 0, y, y, 0);
        continue;
      }
      addSegment(found, height, from, last, from + 0.5 - x, y, end, (end - y) / stepWidth);
    }
  }
  return found;
}

/**
 * Add a line from the height `y` to `end` in the columns `from` to `last`; at the middle of the first column it has
 * run for `run` pixels. This and `addEdge` are plain functions on integers, because they run a million times for a
 * picture.
 */
function addSegment(
  found: Int32Array,
  height: number,
  from: number,
  last: number,
  run: number,
  y: number,
  end: number,
  slope: number,
): void {
  const tall = height + 2;
  const lowest = height * FINE;
  const rise = slope < 0 ? -slope : slope;
  const amount = ((WHOLE * Math.sqrt(1 + slope * slope)) / (1 + rise)) | 0;
  const tallness = ((rise + 1) * FINE) | 0;
  const ascent = slope * FINE;
  // In the first and the last column the bar goes no further than the line.
  const least = (((y < end ? y : end) - 0.5) * FINE) | 0;
  const greatest = (((y < end ? end : y) + 0.5) * FINE) | 0;
  let exact = (y + slope * run - (rise + 1) / 2) * FINE;
  for (let column = from; column <= last; column++, exact += ascent) {
    const top = exact | 0;
    const bottom = top + tallness;
    const within = column > from && column < last;
    const base = column * tall;
    addEdge(found, base, lowest, within || top > least ? top : least, amount);
    addEdge(found, base, lowest, within || bottom < greatest ? bottom : greatest, -amount);
  }
}

/** From the height `y` on down, pixels are covered by `amount` more. */
function addEdge(found: Int32Array, base: number, lowest: number, y: number, amount: number): void {
  const at = y < 0 ? 0 : y > lowest ? lowest : y;
  const place = base + (at >> FINE_BITS);
  const below = (amount * (at & (FINE - 1))) >> FINE_BITS;
  found[place] = ((found[place] as number) + amount - below) | 0;
  found[place + 1] = ((found[place + 1] as number) + below) | 0;
}

/** Kept, because a new array for every picture takes as long as drawing some of the lines. */
let kept = new Int32Array();

function zeros(length: number): Int32Array {
  if (kept.length < length) kept = new Int32Array(length);
  else kept.fill(0, 0, length);
  return kept;
}
