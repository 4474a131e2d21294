import { clamp } from "../../shared/numbers";

/** Half-open range of time steps, [start, stop). */
export type Range = readonly [start: number, stop: number];

/** The part of `limits` around `step` in which no sequence starts or ends. */
export function sequenceAround(step: number, starts: readonly number[], limits: Range): Range {
  let [low, high] = limits;
  for (const start of starts) {
    if (start <= step) low = Math.max(low, start);
    else high = Math.min(high, start);
  }
  return [low, high];
}

/** Number of the sequence of `step`, where `position` lies in sequence `number` and these are the `starts` around both. */
export function sequenceAt(
  step: number,
  position: number,
  number: number,
  starts: readonly number[],
): number {
  const between = (low: number, high: number) =>
    starts.filter((start) => start > low && start <= high).length;
  return number + between(position, step) - between(step, position);
}

/** What is known of where sequences start: all starts within `range`. */
export interface KnownStarts {
  range: Range;
  starts: readonly number[];
}

/** Add what another stretch tells, if it continues what is known. */
export function joinStarts(known: KnownStarts, more: KnownStarts): KnownStarts {
  const [low, high] = known.range;
  const [start, stop] = more.range;
  if (start > high || stop < low || containsRange(known.range, more.range)) return known;
  return {
    range: [Math.min(low, start), Math.max(high, stop)],
    starts: [...new Set([...known.starts, ...more.starts])],
  };
}

/** The whole steps between the step where a brush began and the step it has reached, kept inside `bounds`. */
export function brushedRange(anchor: number, reached: number, bounds: Range): Range {
  const end = clamp(reached, bounds[0], bounds[1] - 1);
  return [Math.min(anchor, end), Math.max(anchor, end) + 1];
}

/** The last step of `selection` at the end that is farther from `step`: the one that stays where it is extended. */
export function fartherEnd([start, stop]: Range, step: number): number {
  return step - start < stop - 1 - step ? stop - 1 : start;
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
