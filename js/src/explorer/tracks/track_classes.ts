import { classNames, classRows } from "../../shared/classes";
import { formatValue } from "../../shared/text";
import type { Track } from "../../shared/track";
import type { TrackColumns } from "../time/columns";
import type { TrackWindow } from "../time/window";

/** What an output track has at each step of a window, or in each column. */
export type ClassScores = Extract<TrackWindow | TrackColumns, { kind: "output" }>;

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
