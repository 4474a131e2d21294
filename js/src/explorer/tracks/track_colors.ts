import { sureness } from "../../shared/classes";
import { LABEL_COLORS, labelBackground, labelColor } from "../../shared/label_colors";
import { clamp } from "../../shared/numbers";
import { formatCount, formatValue } from "../../shared/text";
import type { Colors } from "../../shared/theme";
import { hasLabels, type Track } from "../../shared/track";
import type { Range } from "../time/ranges";
import type { TrackWindow, Window } from "../time/window";

/** The colour of a label for a canvas, and its opacity; null for no label. */
export function labelMix(code: number, colors: Colors): { color: string; amount: number } | null {
  if (code < 0) return null;
  return { color: colors.labels[code] ?? colors.labelRest, amount: colors.labelStrength };
}

interface LegendEntry {
  color: string;
  label: string;
  count: number;
}

/** The labels with a colour of their own, and one entry for all others. */
export function legendEntries(labels: readonly string[], counts: readonly number[]): LegendEntry[] {
  const entries = labels.map((label, code) => ({ color: labelColor(code), label, count: counts[code] ?? 0 }));
  const rest = entries.splice(LABEL_COLORS);
  if (rest.length === 0) return entries;
  const label = rest.length === 1 ? (rest[0]?.label as string) : `${formatCount(rest.length)} more labels`;
  const count = rest.reduce((sum, entry) => sum + entry.count, 0);
  return [...entries, { color: labelColor(LABEL_COLORS), label, count }];
}

/** A colour of the style sheet, and the amount of it that is mixed into the colour for zero. */
interface Tone {
  name: "ramp" | "ramp-below" | "ramp-above";
  amount: number;
}

/**
 * The tone of a value: from the least to the greatest or, if both signs occur, from 0 to both sides on the same
 * scale.
 */
export function rampTone(value: number, range: Range | null): Tone | null {
  if (Number.isNaN(value) || !range) return null;
  const [low, high] = range;
  if (low < 0 && high > 0) {
    const amount = clamp(Math.abs(value) / Math.max(-low, high), 0, 1);
    return { name: value < 0 ? "ramp-below" : "ramp-above", amount };
  }
  // Halved first, because the difference of two large numbers may be infinite.
  const share = low === high ? 0.5 : (value / 2 - low / 2) / (high / 2 - low / 2);
  return { name: "ramp", amount: clamp(share, 0, 1) };
}

/** The range of a continuous track's colours. */
export function rampRange(track: Track): Range | null {
  return track.binary ? [0, 1] : (track.range ?? null);
}

/** The colour of a tone in CSS; `limit` is the amount for the highest value. */
export function toneColor({ name, amount }: Tone, limit = 1): string {
  return `color-mix(in srgb, var(--lv-${name}) ${Math.round(amount * limit * 1000) / 10}%, var(--lv-ramp-zero))`;
}

/** The strength of a score: itself if all scores lie between 0 and 1, else its place in their range. */
export function scoreStrength(score: number, range: Range | null): number {
  if (Number.isNaN(score) || !range) return 0;
  const [low, high] = range;
  if (low >= 0 && high <= 1) return clamp(score, 0, 1);
  return clamp((score / 2 - low / 2) / (high / 2 - low / 2 || 1), 0, 1);
}

/** Which of the predictions at a step is the next word; −1 if none is. */
export function trueNext(window: Window, step: number, labels: readonly string[]): number {
  if (step + 1 >= window.stop || window.sequenceStarts.includes(step + 1)) return -1;
  return labels.indexOf(window.words[step + 1 - window.start] as string);
}

/** A label code (−1: no label) or a number (NaN: no value); undefined until it has been sent. */
type SentValue = number | undefined;

/** The readout's text for a label or number of a track; null if there is nothing to say. */
export function valueText(track: Track, value: SentValue, confidence?: number): string | null {
  if (hasLabels(track)) {
    const label = track.labels?.[value ?? -1] ?? null;
    return label === null || confidence === undefined ? label : `${label} ${formatValue(confidence)}`;
  }
  const number = value ?? Number.NaN;
  if (Number.isNaN(number)) return null;
  if (track.binary) return number === 1 ? track.name : null;
  return `${track.name} ${formatValue(number)}`;
}

/** The background colour of a label or number; that of an expected class is paler where it is less probable. */
export function valueColor(track: Track, value: SentValue, limit = 1, confidence?: number): string | null {
  if (hasLabels(track)) {
    const label = track.labels?.[value ?? -1];
    if (label === undefined) return null;
    return labelBackground(value as number, sureness(confidence, track));
  }
  const tone = rampTone(value ?? Number.NaN, rampRange(track));
  return tone && toneColor(tone, limit);
}

/** The readout's text for a track at the i-th step of a window. */
export function textAt(track: Track, shown: TrackWindow | undefined, i: number): string | null {
  if (!shown) return null;
  if (shown.kind === "output") return valueText(track, shown.codes[i], shown.confidence[i]);
  if (shown.kind === "categorical") return valueText(track, shown.codes[i]);
  if (shown.kind === "continuous") return valueText(track, shown.values[i]);
  const labels = shown.labels[i] ?? [];
  const [first] = labels;
  if (first === undefined) return null;
  const score = shown.scores[i * labels.length] ?? Number.NaN;
  return `${track.name}: ${first}${Number.isNaN(score) ? "" : ` ${formatValue(score)}`}`;
}

/** Tracks with one label or number a step. The match view can show them, and colour words by them. */
export function comparableTracks(tracks: readonly Track[]): Track[] {
  return tracks.filter((track) => track.kind !== "top-k");
}
