import type { Range } from "../time/ranges";

/** How many cells each threshold would select (CONTRIBUTING.md, "What travels between Python and the page"). */
export interface ThresholdCounts {
  /** Ascending, at equal steps. */
  thresholds: readonly number[];
  /** How many cells each would select. */
  cells: readonly number[];
  /** How many values are at or above each and below the next. */
  values: readonly number[];
}

/**
 * How many cells a threshold would select; null if it is not among those that were counted. The least number above 0
 * isn't 0: sparse states have many values of exactly 0.
 */
export function cellsAt(counts: ThresholdCounts | null, threshold: number): number | null {
  const [first = 0, second = first] = counts?.thresholds ?? [];
  const step = second - first;
  const i = Math.round((threshold - first) / step);
  const known = counts?.thresholds[i];
  if (known === undefined || (known === 0 && threshold !== 0) || Math.abs(known - threshold) > step * 1e-6)
    return null;
  return counts?.cells[i] ?? null;
}

interface Bar {
  top: number;
  bottom: number;
  count: number;
}

/** The histogram of the values: bars at least `least` pixels high that reach into `room`. */
export function histogramBars(
  { thresholds, values }: ThresholdCounts,
  toPixel: (value: number) => number,
  room: Range,
  least: number,
): Bar[] {
  const [first = 0, second = first] = thresholds;
  const pixels = Math.abs(toPixel(second) - toPixel(first));
  const together = pixels > 0 ? Math.max(1, Math.ceil(least / pixels - 1e-9)) : 1;
  // Borders of bars are multiples of the bars' height, so that 0 is a border and none moves with the data.
  const zero = pixels > 0 ? Math.round(-first / (second - first)) : 0;
  const offset = ((zero % together) + together) % together;
  const bars: Bar[] = [];
  for (let i = offset; i + together < thresholds.length; i += together) {
    const bottom = toPixel(thresholds[i] as number);
    const top = toPixel(thresholds[i + together] as number);
    if (bottom <= room[0] || top >= room[1]) continue;
    let count = 0;
    for (let k = i; k < i + together; k++) count += values[k] as number;
    bars.push({ top, bottom, count });
  }
  return bars;
}

/**
 * The share of a count in `most`, between 0 and 1, on a logarithmic scale: a low threshold selects every cell, but
 * the thresholds of interest select few.
 */
export function countShare(count: number, most: number): number {
  return most > 0 ? Math.log1p(Math.min(count, most)) / Math.log1p(most) : 0;
}
