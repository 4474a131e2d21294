import { LABEL_COLORS } from "./label_colors";
import { clamp } from "./numbers";
import { formatCount } from "./text";
import type { Colors } from "./theme";
import type { Track } from "./track";

/*
 * The classes of an output track. A class's place is that in the order of `labels` and then `unexpected`.
 */

/** The strength of an expected class that is no more probable than the others. */
const LEAST_STRENGTH = 0.3;

/** Opacity for a probability of 1. */
const CLASS_ALPHA = 0.9;

/** The names of the classes: those that are expected most often first. */
export function classNames({ labels = [], unexpected = [] }: Track): string[] {
  return [...labels, ...unexpected];
}

/** The rows of an output track, from the top: the name of each, and its place among probabilities and colours. */
export function classRows(track: Track): { name: string; place: number }[] {
  const names = classNames(track);
  if (track.rows) return track.rows.map((place) => ({ name: names[place] as string, place }));
  const [other] = names.splice(LABEL_COLORS);
  if (other !== undefined) {
    const others = (track.classes ?? 0) - LABEL_COLORS;
    names.push(others === 1 ? other : `${formatCount(others)} others`);
  }
  return names.map((name, place) => ({ name, place }));
}

/** The colour of a class where nothing is written on it. */
export function classColor(place: number, { classes }: Colors): string {
  return classes[Math.min(place, LABEL_COLORS)] ?? "";
}

/** The row of a class; −1 for none. */
export function rowOfClass(track: Track, place: number): number {
  return track.rows ? track.rows.indexOf(place) : Math.min(place, LABEL_COLORS);
}

/** The strength of the colour of an expected class, by its probability: less where the model is unsure. */
export function sureness(confidence: number | undefined, track: Track): number {
  if (confidence === undefined || Number.isNaN(confidence)) return 1;
  const chance = 1 / Math.max(2, track.classes ?? 2);
  return LEAST_STRENGTH + (1 - LEAST_STRENGTH) * clamp((confidence - chance) / (1 - chance), 0, 1);
}

/** The colour of a class, stronger the more probable it is. */
export function classFill(
  probability: number,
  place: number,
  colors: Colors,
): { color: string; alpha: number } {
  return {
    color: classColor(place, colors),
    alpha: Number.isNaN(probability) ? 0 : CLASS_ALPHA * probability,
  };
}
