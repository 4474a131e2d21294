import { firstAtLeast } from "../../shared/lists";
import { clamp } from "../../shared/numbers";
import type { KnownStarts, Range } from "./ranges";
import { tickInterval } from "./ruler";

/** Least distance between two marks, on average, in pixels: where starts are nearer, every n-th is marked. */
const MEAN_DISTANCE = 8;
/** Least distance from the mark before. */
const LEAST_DISTANCE = 3;
/** At such distances, on average, lines across the page appear, and are as strong as can be. */
const APPEARING: Range = [8, 40];

/** Where starts of sequences are marked. */
export interface StartMarks {
  /** Whole pixels, ascending. */
  pixels: readonly number[];
  /** The start of every n-th sequence is marked; 1: of each, but for those right beside another mark. */
  every: number;
  /** Strength of lines across the page, 0…1: none where they would hide the cells. */
  strength: number;
}

/**
 * The starts of sequences in sight that are marked: never so many that the marks run into each other. That of the first
 * sequence is not marked.
 */
export function startMarks(
  known: KnownStarts | null,
  [first, end]: Range,
  x: (step: number) => number,
): StartMarks {
  const { starts, range, number = 0 } = known ?? { starts: [], range: [0, 0] };
  const from = firstAtLeast(starts, Math.max(first, 1));
  const to = firstAtLeast(starts, end);
  const distance = (x(end) - x(first)) / Math.max(to - from, 1);
  const every = tickInterval(Math.max(distance, Number.MIN_VALUE), MEAN_DISTANCE);
  // Sequences are numbered over all steps, so that the marks stay where they are when one moves along time.
  const offset = number + (starts[0] === range[0] ? 0 : 1);
  const pixels: number[] = [];
  for (let i = from + ((every - ((from + offset) % every)) % every); i < to; i += every) {
    const pixel = Math.round(x(starts[i] as number));
    if (pixel - (pixels.at(-1) ?? Number.NEGATIVE_INFINITY) >= LEAST_DISTANCE) pixels.push(pixel);
  }
  const [least, most] = APPEARING;
  return { pixels, every, strength: every > 1 ? 0 : clamp((distance - least) / (most - least), 0, 1) };
}
