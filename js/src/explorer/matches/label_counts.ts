import { formatCount, plural } from "../../shared/text";

/** A label's share in random draws: mean, 5 % and 95 % quantile, and p of the share observed. */
export interface Chance {
  mean: number | null;
  low: number | null;
  high: number | null;
  p: number | null;
}

/** What chance gives for a label: by shifting the track, and by drawing other cells. */
export interface RowChance {
  rotation?: Chance;
  cells?: Chance;
}

export interface LabelRow {
  label: string;
  /** Whether the label occurs in the selection. */
  selected: boolean;
  count: number;
  share: number | null;
  base_rate: number | null;
  odds_ratio: number | null;
  interval: [low: number | null, high: number | null];
  p: number | null;
}

/** How frequent the labels of a track are in the matches (`_enrichment` in CONTRIBUTING.md). */
export interface LabelTable {
  track: string;
  rows: LabelRow[];
  /** Further labels, shown on request. */
  rest: LabelRow[];
  labels: number;
  matches: number;
  excluded: number;
  total: number;
  chance: null | "computing" | RowChance[];
  rest_chance: null | RowChance[];
  draws: number;
  error: string;
}

const NONE = "–";

/** 0.4639 → "46 %", 0.049 → "4.9 %". */
export function formatShare(share: number | null): string {
  if (share === null) return NONE;
  const percent = 100 * share;
  const digits = percent === 0 || percent >= 9.95 ? 0 : percent >= 0.095 ? 1 : 2;
  return `${percent.toFixed(digits)} %`;
}

/** 18.47 → "18.5", 0.372 → "0.37". */
export function formatRatio(ratio: number | null): string {
  if (ratio === null) return NONE;
  if (ratio >= 10_000 || (ratio < 0.005 && ratio > 0)) return ratio.toExponential(0).replace("e+", "e");
  return ratio >= 99.95 ? formatCount(Math.round(ratio)) : ratio.toFixed(ratio >= 9.995 ? 1 : 2);
}

export function formatP(p: number | null): string {
  if (p === null) return NONE;
  return p < 0.001 ? "< 0.001" : p.toFixed(p < 0.0995 ? 3 : 2);
}

export function formatInterval([low, high]: LabelRow["interval"]): string {
  return low === null && high === null ? "" : `[${formatRatio(low)}, ${formatRatio(high)}]`;
}

/** 4.8 % (1.0–9.3 %). */
export function formatChance(chance: Chance | undefined): string {
  if (!chance) return NONE;
  return `${formatShare(chance.mean)} (${formatShare(chance.low).replace(" %", "")}–${formatShare(chance.high)})`;
}

/** The caption of the table: what is counted and what is left out. */
export function captionOf(table: LabelTable): string {
  const excluded = table.excluded === 1 ? "the one" : `the ${formatCount(table.excluded)}`;
  const without =
    table.excluded === 0
      ? ""
      : ` without ${excluded} that overlap${table.excluded === 1 ? "s" : ""} the selection`;
  const matches = table.matches === 1 ? "1 match" : `${formatCount(table.matches)} matches`;
  return `${plural(table.total, "step")} of ${matches}${without}. p: one-sided, adjusted for ${plural(table.labels, "label")}.`;
}
