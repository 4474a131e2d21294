import { LABEL_COLORS } from "../../shared/label_colors";
import { clamp } from "../../shared/numbers";
import { formatCount, formatValue } from "../../shared/text";
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

/** The names of the rows of an output track: of its first classes, and one for all others. */
export function rowNames(track: Track): string[] {
  const names = classNames(track);
  const [other] = names.splice(LABEL_COLORS);
  if (other === undefined) return names;
  const others = (track.classes ?? 0) - LABEL_COLORS;
  return [...names, others === 1 ? other : `${formatCount(others)} others`];
}

/** The row of a class; −1 for none. */
export function rowOfClass(place: number): number {
  return Math.min(place, LABEL_COLORS);
}

/** The strength of the colour of an expected class, by its probability: less where the model is unsure. */
export function sureness(confidence: number | undefined, track: Track): number {
  if (confidence === undefined || Number.isNaN(confidence)) return 1;
  const chance = 1 / Math.max(2, track.classes ?? 2);
  return LEAST_STRENGTH + (1 - LEAST_STRENGTH) * clamp((confidence - chance) / (1 - chance), 0, 1);
}

/** The probability of a row at the i-th step or column; NaN where it has not been sent. */
export function probabilityAt({ probabilities, codes }: ClassScores, i: number, row: number): number {
  if (!probabilities || codes.length === 0) return Number.NaN;
  const value = probabilities[i * (probabilities.length / codes.length) + row] ?? Number.NaN;
  return probabilities instanceof Uint8Array ? value / 255 : value;
}

/** The probability of the row under the pointer, and the true class, at the i-th step or column. */
export function classTexts(track: Track, shown: ClassScores, i: number, row: number | null): string[] {
  const texts: string[] = [];
  const name = row === null ? undefined : rowNames(track)[row];
  const probability = row === null ? Number.NaN : probabilityAt(shown, i, row);
  if (name !== undefined && !Number.isNaN(probability)) texts.push(`p(${name}) ${formatValue(probability)}`);
  const target = classNames(track)[shown.targets?.[i] ?? -1];
  if (target !== undefined) texts.push(`true: ${target}`);
  return texts;
}
