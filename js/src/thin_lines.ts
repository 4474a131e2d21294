import { colorOf, type LineGeometry, type LineStyle } from "./canvas";
import type { Window } from "./decode";

/** One line that covers a whole pixel: coverage is counted in whole numbers, so that what is added up cancels out. */
const WHOLE_BITS = 12;
const WHOLE = 1 << WHOLE_BITS;
/** Heights are in such parts of a pixel. */
const FINE_BITS = 8;
const FINE = 1 << FINE_BITS;
/** The opacity is looked up in such parts of a line. */
const LOOKED_UP_BITS = 4;
/** Columns that are added up together: more would not fit the processor's nearest memory. */
const TOGETHER = 16;

/**
 * Hundreds of lines one device pixel wide, as `drawLines` draws them but many times faster: lines of one colour differ
 * in nothing, so that it is enough to add up by how many of them each pixel is covered. Under n lines of opacity a it
 * has the opacity 1 − (1 − a)ⁿ, which is what n lines painted over each other come to. Replaces what `context` has.
 */
export function drawThinLines(
  context: CanvasRenderingContext2D,
  window: Window,
  cells: readonly number[],
  geometry: LineGeometry,
  { color, alpha }: LineStyle,
): void {
  const { width, height } = context.canvas;
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const table = opacities(alpha, colorOf(color));
  const last = table.length - 1;
  addUp(edges(window, cells, geometry, width, height), width, height, (at, lines) => {
    const place = lines >> (WHOLE_BITS - LOOKED_UP_BITS);
    pixels[at] = table[place < last ? place : last] as number;
  });
  context.putImageData(image, 0, 0);
}

/** By how many lines each pixel is covered, row after row. */
export function coverage(
  window: Window,
  cells: readonly number[],
  geometry: LineGeometry,
  width: number,
  height: number,
): Float32Array {
  const covered = new Float32Array(width * height);
  addUp(edges(window, cells, geometry, width, height), width, height, (at, lines) => {
    covered[at] = lines / WHOLE;
  });
  return covered;
}

/** The pixel for each count of lines, until more of them make no difference. */
function opacities(alpha: number, color: Uint8ClampedArray): Uint32Array {
  const pixel = color.slice();
  const whole = new Uint32Array(pixel.buffer);
  const parts = 1 << LOOKED_UP_BITS;
  const seeThrough = Math.log1p(-Math.min(alpha, 0.998));
  const most = Math.ceil((Math.log(1 / 512) / seeThrough) * parts);
  return Uint32Array.from({ length: most + 1 }, (_, i) => {
    pixel[3] = 255 * -Math.expm1((seeThrough * i) / parts);
    return whole[0] as number;
  });
}

/** Goes down each column of pixels, and gives `use` the sum of the edges passed: the lines that cover the pixel. */
function addUp(
  edges: Int32Array,
  width: number,
  height: number,
  use: (pixel: number, lines: number) => void,
): void {
  const tall = height + 2;
  const sums = new Int32Array(TOGETHER);
  for (let left = 0; left < width; left += TOGETHER) {
    const columns = Math.min(TOGETHER, width - left);
    sums.fill(0);
    for (let y = 0; y < height; y++) {
      let from = left * tall + y;
      for (let i = 0; i < columns; i++, from += tall) {
        const lines = ((sums[i] as number) + (edges[from] as number)) | 0;
        sums[i] = lines;
        use(y * width + left + i, lines);
      }
    }
  }
}

/**
 * How much the coverage of each pixel differs from that of the one above, column after column, two more a column than
 * there are rows. Within a column of pixels a line is a bar from where it enters to where it leaves, with half a pixel
 * more at both ends, as opaque as makes it cover the area that it has.
 */
function edges(
  window: Window,
  cells: readonly number[],
  { steps, stepWidth, toPixel }: LineGeometry,
  width: number,
  height: number,
): Int32Array {
  const tall = height + 2;
  const lowest = height * FINE;
  const found = new Int32Array(width * tall);
  // Whole numbers and no call that is not inlined: this runs a million times a picture.
  const addEdge = (base: number, y: number, amount: number) => {
    const at = y < 0 ? 0 : y > lowest ? lowest : y;
    const place = base + (at >> FINE_BITS);
    const below = (amount * (at & (FINE - 1))) >> FINE_BITS;
    found[place] = ((found[place] as number) + amount - below) | 0;
    found[place + 1] = ((found[place + 1] as number) + below) | 0;
  };
  const readHeights = (step: number, heights: Float32Array) => {
    const row = (step - window.start) * window.cells;
    for (let i = 0; i < cells.length; i++) {
      const value = window.values[row + (cells[i] as number)] as number;
      // Infinite values are gaps as well.
      heights[i] = Number.isFinite(value) ? toPixel(value) : Number.NaN;
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
    // The columns whose middles lie between this step and the next.
    const from = Math.max(0, Math.ceil(x - 0.5));
    const last = Math.min(width, Math.ceil(x + stepWidth - 0.5)) - 1;
    for (let i = 0; i < cells.length; i++) {
      const y = here[i] as number;
      if (Number.isNaN(y)) continue;
      const end = next[i] as number;
      if (Number.isNaN(end)) {
        // A value that stands alone between two gaps is a short stroke.
        if (Number.isNaN(before[i]) && from > 0) {
          addEdge((from - 1) * tall, ((y - 0.5) * FINE) | 0, WHOLE);
          addEdge((from - 1) * tall, ((y + 0.5) * FINE) | 0, -WHOLE);
        }
        continue;
      }
      const slope = (end - y) / stepWidth;
      const rise = slope < 0 ? -slope : slope;
      const amount = ((WHOLE * Math.sqrt(1 + slope * slope)) / (1 + rise)) | 0;
      const tallness = ((rise + 1) * FINE) | 0;
      const highest = ((y + slope * (from + 0.5 - x) - (rise + 1) / 2) * FINE) | 0;
      const ascent = (slope * FINE) | 0;
      // The first and the last go no further than the segment.
      const least = (((y < end ? y : end) - 0.5) * FINE) | 0;
      const greatest = (((y < end ? end : y) + 0.5) * FINE) | 0;
      for (let column = from, top = highest; column <= last; column++, top += ascent) {
        const bottom = top + tallness;
        const within = column > from && column < last;
        const base = column * tall;
        addEdge(base, within || top > least ? top : least, amount);
        addEdge(base, within || bottom < greatest ? bottom : greatest, -amount);
      }
    }
  }
  return found;
}
