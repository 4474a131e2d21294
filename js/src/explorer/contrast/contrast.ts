import { clamp } from "../../shared/numbers";
import { formatCount, formatValue, plural, visibleToken } from "../../shared/text";
import type { Range } from "../time/ranges";

/** A kept set of phrases, with the first of them in words (`phrase_sets` in CONTRIBUTING.md). */
export interface PhraseSet {
  name: string;
  count: number;
  phrases: readonly Range[];
  lines: readonly (readonly [before: string, phrase: string, after: string])[];
}

export type Pair = readonly [one: string, other: string];

/** Which cells tell two sets apart (`_contrast` in CONTRIBUTING.md), those that differ most first. */
export interface Contrast {
  layer: string;
  names: Pair;
  threshold: number;
  /** So many steps before and after a phrase a cell has to be off. */
  off: Range;
  draws: number;
  computing: boolean;
  error: string;
  cell: readonly number[];
  /** Of each cell; missing where there is an error. */
  one?: readonly number[];
  other?: readonly number[];
  difference?: readonly number[];
  low?: readonly number[];
  high?: readonly number[];
  p?: readonly number[] | null;
  p_max?: readonly number[] | null;
  cells?: number;
  differing?: number;
}

/** A cell with the shares of phrases of both sets at which it follows the pattern. */
export interface CellApart {
  cell: number;
  one: number;
  other: number;
  difference: number;
  /** The 95 % interval of the difference. */
  interval: Range;
  p: number | null;
  /** The same, adjusted for the number of cells. */
  pMax: number | null;
}

/** How many cells are taken at once. */
const TAKEN = 10;

/** The names of the two sets that are compared: those chosen, or else those kept last; null if there is only one. */
export function pairOf(sets: readonly PhraseSet[], chosen: Pair | null): Pair | null {
  const names = sets.map(({ name }) => name);
  if (chosen?.every((name) => names.includes(name))) return chosen;
  const [one, other] = names.slice(-2);
  return one !== undefined && other !== undefined ? [one, other] : null;
}

/** The pair once another set was chosen for one side. Choosing the set of the other side swaps the two. */
export function pairWith(pair: Pair, side: 0 | 1, name: string): Pair {
  const [one, other] = pair;
  if (pair[1 - side] === name) return [other, one];
  return side === 0 ? [name, other] : [one, name];
}

/** The cells that differ at all, in the order in which they were sent. */
export function cellsApart(contrast: Contrast | null): CellApart[] {
  if (!contrast) return [];
  const at = (numbers: readonly number[] | null | undefined, i: number) => numbers?.[i] ?? null;
  return contrast.cell
    .map((cell, i) => ({
      cell,
      one: at(contrast.one, i) ?? 0,
      other: at(contrast.other, i) ?? 0,
      difference: at(contrast.difference, i) ?? 0,
      interval: [at(contrast.low, i) ?? 0, at(contrast.high, i) ?? 0] as const,
      p: at(contrast.p, i),
      pMax: at(contrast.p_max, i),
    }))
    .filter(({ difference }) => difference !== 0);
}

/** The first ten of the cells or, with a side, of those that follow the pattern at more phrases of that side. */
export function takenCells(cells: readonly CellApart[], side: 0 | 1 | null): number[] {
  const sign = side === null ? 0 : side === 0 ? 1 : -1;
  return cells
    .filter(({ difference }) => sign === 0 || Math.sign(difference) === sign)
    .slice(0, TAKEN)
    .map(({ cell }) => cell);
}

/** Where the interval of the difference lies on the scale of the shares, seen from the share of the other set. */
export function intervalOnScale({
  other,
  interval: [low, high],
}: Pick<CellApart, "other" | "interval">): Range {
  return [clamp(other + low, 0, 1), clamp(other + high, 0, 1)];
}

/** 0.814 → "+0.81", −0.6 → "−0.60". */
export function formatDifference(difference: number): string {
  return `${difference > 0 ? "+" : ""}${formatSigned(difference)}`;
}

/** [0.67, 0.87]; 0 has no sign. */
export function formatEnds([low, high]: Range): string {
  return `[${formatSigned(low)}, ${formatSigned(high)}]`;
}

function formatSigned(number: number): string {
  return number
    .toFixed(2)
    .replace(/^-(0\.00)$/, "$1")
    .replace("-", "−");
}

/** "+0.81 [0.67, 0.87]; dogs 0.81, cats 0.00; p 0.002, 0.030 adjusted for the number of cells". */
export function cellText(row: CellApart, [one, other]: Pair): string {
  const shares = `${visibleToken(one)} ${row.one.toFixed(2)}, ${visibleToken(other)} ${row.other.toFixed(2)}`;
  const chance =
    row.p === null || row.pMax === null
      ? ""
      : `; p ${row.p.toPrecision(2)}, ${row.pMax.toPrecision(2)} adjusted for the number of cells`;
  return `${formatDifference(row.difference)} ${formatEnds(row.interval)}; ${shares}${chance}`;
}

/** What is compared, and how many cells differ. */
export function captionOf(contrast: Contrast, listed: number): string {
  const { cells = 0, differing = 0, threshold, off, draws, p } = contrast;
  const limits = off.map((steps, i) => (steps > 0 ? `off ${plural(steps, "step")} ${SIDES[i]}` : ""));
  const pattern = [`on all through (≥ ${formatValue(threshold)})`, ...limits].filter((part) => part !== "");
  const first = listed < differing ? `; the first ${formatCount(listed)} are listed` : "";
  const chance = p ? ` p: of ${formatCount(draws)} draws, adjusted for ${plural(cells, "cell")}.` : "";
  return (
    `Share of the phrases at which a cell is ${pattern.join(", ")}; bars: 95 % interval of the difference. ` +
    `${formatCount(differing)} of ${plural(cells, "cell")} differ${first}.${chance}`
  );
}

const SIDES = ["before", "after"];

/** The sentence in place of the cells if there are none to list; "" if there are some. */
export function emptyText(contrast: Contrast | null, listed: number, live: boolean): string {
  if (!contrast) return live ? "comparing…" : "";
  if (contrast.error !== "" && listed === 0) return "";
  if (listed > 0) return "";
  return "No cell follows the pattern at more phrases of one set than of the other. Lower the threshold, or shorten the off parts.";
}
