import { hasLabels, type Track } from "../../shared/track";
import { comparableTracks, valueColor } from "../tracks/track_colors";
import { shareStrength } from "../words/on_share";
import { confidenceAt, trackValueAt } from "./match_context";
import type { Heatmap, StepColor } from "./match_rows";

/** Share of a ramp's colour behind words, which have to stay legible. */
const WORD_LIMIT = 0.4;

/** The heatmap of the overlap, and one for each chosen track that exists. */
export function heatmapsOf(tracks: readonly Track[], names: readonly string[]): Heatmap[] {
  const chosen = names.flatMap((name) => comparableTracks(tracks).find((track) => track.name === name) ?? []);
  return [
    { track: null, color: overlapColor },
    ...chosen.map((track) => ({ track: track.name, color: trackColor(track) })),
  ];
}

/** The colour of words for `color_by`; null if they have none. */
export function wordColorOf(tracks: readonly Track[], colorBy: string | null): StepColor | null {
  if (colorBy === null) return null;
  if (colorBy === "overlap") return wordShareColor;
  const track = comparableTracks(tracks).find(({ name }) => name === colorBy);
  return track ? trackColor(track, WORD_LIMIT) : null;
}

const overlapColor: StepColor = (item, row) =>
  `color-mix(in srgb, var(--lv-selected) calc(${shareStrength(item.on, row.cells)} * var(--lv-share-heat) + var(--lv-share-none)), var(--lv-ground))`;

const wordShareColor: StepColor = (item, row) =>
  `color-mix(in srgb, var(--lv-selected) calc(${shareStrength(item.on, row.cells)} * var(--lv-share-words)), var(--lv-word))`;

function trackColor(track: Track, limit = 1): StepColor {
  return (item, row) => {
    const sure = confidenceAt(row.context, track.name, item.at);
    const color = valueColor(track, trackValueAt(row.context, track.name, item.at), limit, sure);
    // Labels are paler in the context, to show where a match begins and ends. Numbers are not: a paler one would be
    // another number.
    if (color === null || item.inMatch || !hasLabels(track)) return color;
    return `color-mix(in srgb, ${color} var(--lv-label-context), var(--lv-ground))`;
  };
}
