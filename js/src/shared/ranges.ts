import { clamp } from "./numbers";

/** Half-open range of time steps, [start, stop). */
export type Range = readonly [start: number, stop: number];

/** The steps from the one where a brush began to the one it has reached, both included, kept inside `bounds`. */
export function brushedRange(anchor: number, reached: number, bounds: Range): Range {
  const end = clamp(reached, bounds[0], bounds[1] - 1);
  return [Math.min(anchor, end), Math.max(anchor, end) + 1];
}

/**
 * The first or last step of a selection, whichever is farther from `step`. It stays when the selection is extended.
 */
export function fartherEnd([start, stop]: Range, step: number): number {
  return step - start < stop - 1 - step ? stop - 1 : start;
}
