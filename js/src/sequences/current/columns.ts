import { clamp } from "../../shared/numbers";
import type { Range } from "../../shared/ranges";

/** Widest and narrowest column, in pixels: where steps would be narrower, several share one. */
const WIDTHS: Range = [1.5, 14];

/** Successive steps, [start, stop), in columns of `stride` steps each; the last may have fewer. */
export interface Columns {
  start: number;
  stop: number;
  stride: number;
  count: number;
  /** Width of a step in pixels; of a column it is `stride` times that. */
  step: number;
  /** Width of all columns in pixels. */
  span: number;
}

/** The columns of some steps in `room` pixels: as wide as there is room for, within limits. */
export function columnsFor([start, stop]: Range, room: number): Columns {
  const steps = Math.max(0, stop - start);
  const width = Math.max(1, room);
  const stride = Math.max(1, Math.ceil((steps * WIDTHS[0]) / width));
  const step = Math.min(WIDTHS[1], width / Math.max(1, steps));
  return { start, stop, stride, count: Math.ceil(steps / stride), step, span: steps * step };
}

/** The steps of a column. */
export function stepsOf({ start, stop, stride }: Columns, column: number): Range {
  const first = start + column * stride;
  return [first, Math.min(stop, first + stride)];
}

/** The column of a step; null if it isn't among them. */
export function columnOf({ start, stop, stride }: Columns, step: number | null): number | null {
  return step !== null && step >= start && step < stop ? Math.floor((step - start) / stride) : null;
}

/** The step at `x` pixels, of those beyond the ends the nearest; null if there are no steps. */
export function stepUnder({ start, stop, step }: Columns, x: number): number | null {
  return stop > start ? clamp(start + Math.floor(x / step), start, stop - 1) : null;
}

/** Where some steps lie, in pixels; null if none of them is among the columns. */
export function extentOf(columns: Columns, [from, to]: Range): { left: number; width: number } | null {
  const [first, last] = [Math.max(from, columns.start), Math.min(to, columns.stop)];
  if (first >= last) return null;
  return { left: (first - columns.start) * columns.step, width: (last - first) * columns.step };
}

/** Where a column lies, in pixels. */
export function extentOfColumn(columns: Columns, column: number): { left: number; width: number } {
  return extentOf(columns, stepsOf(columns, column)) ?? { left: 0, width: 0 };
}

/** Where a column lies in whole device pixels, with a gap after it where there is room for one. */
export function pixelsOf(columns: Columns, column: number, ratio: number): { left: number; width: number } {
  const { left, width } = extentOfColumn(columns, column);
  const from = Math.round(left * ratio);
  const gap = columns.step * columns.stride >= 4 ? Math.round(ratio) : 0;
  return { left: from, width: Math.max(1, Math.round((left + width) * ratio) - gap - from) };
}

/** The mean of each of `width` values a step over the steps of each column, without those that are NaN. */
export function meansIn(columns: Columns, values: Float32Array, width: number): Float32Array {
  if (columns.stride === 1) return values;
  const means = new Float32Array(columns.count * width);
  for (let column = 0; column < columns.count; column++) {
    const [from, to] = stepsOf(columns, column);
    for (let place = 0; place < width; place++) {
      let [sum, known] = [0, 0];
      for (let step = from; step < to; step++) {
        const value = values[(step - columns.start) * width + place] as number;
        if (Number.isNaN(value)) continue;
        sum += value;
        known++;
      }
      means[column * width + place] = known > 0 ? sum / known : Number.NaN;
    }
  }
  return means;
}

/** The step with the greatest value in each column, of equal ones the first; −1 where all are NaN. */
export function greatestIn(columns: Columns, values: Float32Array): Int32Array {
  return Int32Array.from({ length: columns.count }, (_, column) => {
    const [from, to] = stepsOf(columns, column);
    let best = -1;
    for (let step = from; step < to; step++) {
      const value = values[step - columns.start] as number;
      const least = best < 0 ? Number.NEGATIVE_INFINITY : (values[best - columns.start] as number);
      if (value > least) best = step;
    }
    return best;
  });
}

/** The code that most steps of each column have, of equally frequent ones the first that occurs; −1: none. */
export function mostFrequentIn(columns: Columns, codes: Int32Array): Int32Array {
  if (columns.stride === 1) return codes;
  return Int32Array.from({ length: columns.count }, (_, column) => {
    const [from, to] = stepsOf(columns, column);
    const counts = new Map<number, number>();
    let best = -1;
    for (let step = from; step < to; step++) {
      const code = codes[step - columns.start] as number;
      if (code >= 0) counts.set(code, (counts.get(code) ?? 0) + 1);
    }
    for (const [code, count] of counts) if (count > (counts.get(best) ?? 0)) best = code;
    return best;
  });
}
