import { colorBytes } from "../../shared/canvas";
import type { Colors } from "../../shared/theme";
import { hasLabels, type Track } from "../../shared/track";
import type { TrackColumns } from "../time/columns";
import { labelMix, rampRange, rampTone, scoreStrength } from "./track_colors";

/** How much of the colour of 1 a column of a 0/1 track has, at least, if any step is 1: one of thousands can be seen. */
const ANY_ONE = 0.35;
/** Opacity for the highest score. */
const SCORE_ALPHA = 0.6;

/** Red, green and blue, 0…255, and opacity, 0…1. */
type Paint = readonly [red: number, green: number, blue: number, alpha: number];

/** What lies in a column of several steps at a share of its height, counted from the top, 0…1; null: nothing. */
type Stack = (share: number) => Paint | null;

/** Whether the steps of each column are known so well that they can be drawn as a stack. */
export function hasShares(shown: TrackColumns): boolean {
  if (hasLabels(shown)) return shown.counts !== undefined;
  return shown.quantiles !== undefined || (shown.kind === "continuous" && shown.shares !== undefined);
}

/**
 * Gives what a column's steps have, stacked: its labels, that which is most frequent in all steps on top, each as high
 * as its share of the steps; numbers from the greatest to the least; ones as a colour that is stronger the more there are.
 * Steps without a label or number leave the lower end empty.
 */
export function stacks(
  track: Track,
  shown: TrackColumns,
  colors: Colors,
): (column: number, steps: number) => Stack {
  if (hasLabels(shown)) return labelStacks(shown, colors);
  if (shown.kind === "top-k") {
    const paint = between(colors.word, colors.line);
    const strength = (score: number) => SCORE_ALPHA * scoreStrength(score, track.range ?? null);
    return sortedStacks(shown, shown.scores.length, (score) => paint(strength(score)));
  }
  const tones = {
    ramp: between(colors.rampZero, colors.ramp),
    "ramp-below": between(colors.rampZero, colors.rampBelow),
    "ramp-above": between(colors.rampZero, colors.rampAbove),
  };
  if (track.binary) return oneStacks(shown, tones.ramp);
  const range = rampRange(track);
  return sortedStacks(shown, shown.values.length, (value) => {
    const tone = rampTone(value, range);
    return tone && tones[tone.name](tone.amount);
  });
}

function labelStacks(
  { codes, counts }: TrackColumns & { kind: "categorical" | "output" },
  colors: Colors,
): (column: number, steps: number) => Stack {
  if (!counts) return () => () => null;
  const size = counts.length / Math.max(1, codes.length);
  const paints = Array.from({ length: size }, (_, code) => {
    // The last number is that of all labels without a colour of their own.
    const mix = labelMix(code < size - 1 ? code : Number.MAX_SAFE_INTEGER, colors);
    const [red = 0, green = 0, blue = 0] = mix ? colorBytes(mix.color) : [];
    return [red, green, blue, mix?.amount ?? 0] as const;
  });
  return (column, steps) => (share) => {
    let left = share * steps;
    for (let code = 0; code < size; code++) {
      left -= counts[column * size + code] as number;
      if (left < 0) return paints[code] as Paint;
    }
    return null;
  };
}

function sortedStacks(
  { quantiles, known }: { quantiles?: Float32Array; known?: Float32Array },
  columns: number,
  paint: (value: number) => Paint | null,
): (column: number, steps: number) => Stack {
  if (!quantiles || !known) return () => () => null;
  const size = quantiles.length / Math.max(1, columns);
  return (column) => {
    const present = known[column] as number;
    return (share) => {
      if (!(share < present)) return null;
      const place = (1 - share / present) * (size - 1);
      const below = Math.min(Math.floor(place), size - 2);
      const [low, high] = [quantiles[column * size + below], quantiles[column * size + below + 1]] as [
        number,
        number,
      ];
      return paint(low * (1 - place + below) + high * (place - below));
    };
  };
}

function oneStacks(
  { shares = new Float32Array() }: { shares?: Float32Array },
  paint: (amount: number) => Paint,
): (column: number) => Stack {
  return (column) => {
    const ones = shares[column] as number;
    // Rows are too thin for heights: the share is told by the strength. Small shares differ more.
    const one = Number.isNaN(ones) ? null : paint(ones > 0 ? ANY_ONE + (1 - ANY_ONE) * Math.sqrt(ones) : 0);
    return () => one;
  };
}

/** The colours between two. */
function between(zero: string, full: string): (amount: number) => Paint {
  const [from, to] = [colorBytes(zero), colorBytes(full)];
  const channel = (i: number, amount: number) =>
    (from[i] as number) * (1 - amount) + (to[i] as number) * amount;
  return (amount) => [channel(0, amount), channel(1, amount), channel(2, amount), 1];
}

/** Fill the pixels of an image with the stacks of columns, a column each, whose colours keep a share of their strength. */
export function fillStacks(
  pixels: Uint8ClampedArray,
  count: number,
  stackOf: (column: number) => Stack,
  light: (column: number) => number,
): void {
  const rows = pixels.length / 4 / Math.max(1, count);
  for (let column = 0; column < count; column++) {
    const stack = stackOf(column);
    const strength = light(column);
    for (let row = 0; row < rows; row++) {
      const paint = stack((row + 0.5) / rows);
      if (!paint) continue;
      const at = 4 * (row * count + column);
      pixels[at] = paint[0];
      pixels[at + 1] = paint[1];
      pixels[at + 2] = paint[2];
      pixels[at + 3] = 255 * paint[3] * strength;
    }
  }
}
