import { LABEL_COLORS } from "../../shared/label_colors";
import { clamp } from "../../shared/numbers";
import { formatCount, formatValue } from "../../shared/text";
import type { Colors } from "../../shared/theme";
import type { TrackColumns } from "../time/columns";
import type { TrackWindow } from "../time/window";
import type { Track } from "./track";

/** The strength of an expected class that is no more probable than the others. */
const LEAST_STRENGTH = 0.3;

/** What an output track has at each step of a window, or in each column. */
export type ClassScores = Extract<TrackWindow | TrackColumns, { kind: "output" }>;

/** The names of the classes: those that are expected most often first. */
function classNames({ labels = [], unexpected = [] }: Track): string[] {
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

/** The probability at a place at the i-th step or column; NaN where it has not been sent. */
export function probabilityAt({ probabilities, codes }: ClassScores, i: number, place: number): number {
  if (!probabilities || codes.length === 0) return Number.NaN;
  const value = probabilities[i * (probabilities.length / codes.length) + place] ?? Number.NaN;
  return probabilities instanceof Uint8Array ? value / 255 : value;
}

/** The probability of the row under the pointer, and the true class, at the i-th step or column. */
export function classTexts(track: Track, shown: ClassScores, i: number, row: number | null): string[] {
  const texts: string[] = [];
  const pointed = row === null ? undefined : classRows(track)[row];
  const probability = pointed ? probabilityAt(shown, i, pointed.place) : Number.NaN;
  if (pointed && !Number.isNaN(probability)) texts.push(`p(${pointed.name}) ${formatValue(probability)}`);
  const target = classNames(track)[shown.targets?.[i] ?? -1];
  if (target !== undefined) texts.push(`true: ${target}`);
  return texts;
}
