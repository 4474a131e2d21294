import { clamp } from "../../shared/numbers";
import type { Range } from "../time/ranges";

/** A share is at most this far from the number of ranges it was made from; the same as in Python. */
const ROUNDING = 1e-9;

export function isSame(a: Range | null, b: Range | null): boolean {
  return a !== null && b !== null && a[0] === b[0] && a[1] === b[1];
}

/**
 * All ranges that are selected, in the order of time: `ranges`, unless the selection is none of them. Then it has just
 * been made, and takes their place. Of more ranges than are sent, it may be one of the others.
 */
export function allSelected(
  selection: Range | null,
  ranges: readonly Range[],
  count: number,
): readonly Range[] {
  if (selection === null) return [];
  if (ranges.length === 0) return [selection];
  return count > ranges.length || placeOf(ranges, selection) !== null ? ranges : [selection];
}

/** Which of the ranges, in the order of time, this is; null if none is. */
export function placeOf(ranges: readonly Range[], range: Range | null): number | null {
  if (range === null) return null;
  const place = ranges.findIndex((each) => isSame(each, range));
  return place < 0 ? null : place;
}

/** The ranges, in the order of time, that are in sight. */
export function inSight(ranges: readonly Range[], [first, end]: Range): Range[] {
  return ranges.filter(([start, stop]) => start < end && stop > first);
}

/** The range after (1) or before (−1) the current one, going round at the ends. */
export function neighbour(ranges: readonly Range[], current: Range | null, direction: 1 | -1): Range | null {
  if (ranges.length === 0 || current === null) return null;
  const place = placeOf(ranges, current);
  if (place !== null) return ranges[(place + direction + ranges.length) % ranges.length] as Range;
  const after = ranges.findIndex(([start]) => start > current[0]);
  const next = after < 0 ? 0 : after;
  return ranges[direction > 0 ? next : (next - 1 + ranges.length) % ranges.length] as Range;
}

/** At how many of so many ranges a cell has to follow the pattern. */
export function leastFollowed(count: number, tolerance: number): number {
  return count - clamp(Math.floor(tolerance * count + ROUNDING), 0, Math.max(0, count - 1));
}

/** The tolerance with which a cell has to follow the pattern at `least` of `count` ranges. */
export function toleranceFor(count: number, least: number): number {
  return (count - least) / count;
}

/** The number of ranges that was typed, 1 … `count`; null for anything else. */
export function parseLeast(text: string, count: number): number | null {
  const digits = text.replaceAll(",", "").trim();
  const number = /^\d+$/.test(digits) ? Number(digits) : 0;
  return number >= 1 && number <= count ? number : null;
}

/** The stretches of pixels that the ranges cover in a strip, of which a step has `pixels`. Each is at least `least` wide. */
export function coveredPixels(ranges: readonly Range[], pixels: number, least: number): [number, number][] {
  const found: [number, number][] = [];
  for (const [start, stop] of ranges) {
    const from = start * pixels;
    const to = Math.max(stop * pixels, from + least);
    const last = found.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else found.push([from, to]);
  }
  return found;
}
