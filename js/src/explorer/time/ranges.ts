import { firstAtLeast } from "../../shared/lists";
import { clamp } from "../../shared/numbers";
import type { Range } from "../../shared/ranges";

export type { Range };

/** The part of `limits` around `step` in which no sequence starts or ends. */
export function sequenceAround(step: number, starts: readonly number[], limits: Range): Range {
  let [low, high] = limits;
  for (const start of starts) {
    if (start <= step) low = Math.max(low, start);
    else high = Math.min(high, start);
  }
  return [low, high];
}

/**
 * The number of the sequence of `step`, given that `position` lies in sequence `number` and `starts` has all starts
 * in between, in ascending order.
 */
export function sequenceAt(
  step: number,
  position: number,
  number: number,
  starts: readonly number[],
): number {
  const between = (low: number, high: number) =>
    Math.max(0, firstAtLeast(starts, high + 1) - firstAtLeast(starts, low + 1));
  return number + between(position, step) - between(step, position);
}

/** All starts of sequences within `range`; outside it they are not known. */
export interface KnownStarts {
  range: Range;
  starts: readonly number[];
  /** Number of the sequence where the range begins, if it is known. */
  number?: number;
}

/** Add the starts of another range if it touches the known one. */
export function joinStarts(known: KnownStarts, more: KnownStarts): KnownStarts {
  const [low, high] = known.range;
  const [start, stop] = more.range;
  if (start > high || stop < low || containsRange(known.range, more.range)) return known;
  return {
    range: [Math.min(low, start), Math.max(high, stop)],
    starts: [...new Set([...known.starts, ...more.starts])],
  };
}

/** `range` moved as a whole, kept inside `bounds`. */
export function movedRange([start, stop]: Range, by: number, bounds: Range): Range {
  const length = stop - start;
  const moved = clamp(start + by, bounds[0], bounds[1] - length);
  return [moved, moved + length];
}

export function containsRange(outer: Range, inner: Range): boolean {
  return outer[0] <= inner[0] && inner[1] <= outer[1];
}
