import { formatValue, visibleToken } from "../../shared/text";
import type { Track } from "../../shared/track";

type Together = number | "computing" | null;

/**
 * How well each cell of a layer tells where a label stands, or follows the numbers of a track, as Python sends it:
 * float32 and, of `sign`, int8, one for each cell. With a label there are `f1` and `auc`, with numbers `rho` and `r2`.
 */
interface SentCellAlignment {
  layer: string;
  track: string;
  label: string;
  f1?: DataView;
  auc?: DataView;
  rho?: DataView;
  r2?: DataView;
  together?: Together;
  /** Views that were saved by earlier versions have none. */
  sign?: DataView;
  rules?: Rules;
  best: number[];
  error: string;
}

/** Cells, with the threshold of each and whether it is on above it (1) or below it (−1). */
export interface Rules {
  cell: readonly number[];
  threshold: readonly number[];
  sign: readonly number[];
}

const NO_RULES: Rules = { cell: [], threshold: [], sign: [] };

export interface CellAlignment {
  layer: string;
  track: string;
  label: string;
  /** From 0 to 1; NaN if there is none. Empty with numbers. */
  f1: Float32Array;
  auc: Float32Array;
  /** With numbers: Spearman's correlation, from −1 to 1, and R² of a straight line, from 0 to 1; NaN if there is none. */
  rho?: Float32Array;
  r2?: Float32Array;
  /** With numbers, R² of all cells together, held out; null if there is none. */
  together?: Together;
  /** −1 for a cell that tells where the label stands by being low, or that falls as the numbers rise. */
  sign: Int8Array;
  /** When the best cells are on, by thresholds and signs of their own; mirrors are told by their cells. */
  rules: Rules;
  /** The cells that go best with the label or the numbers. */
  best: readonly number[];
  error: string;
}

export function decodeCellAlignment(sent: SentCellAlignment | null): CellAlignment | null {
  if (!sent) return null;
  const { sign: sentSign, rho, r2, ...rest } = sent;
  const sign = new Int8Array(sentSign?.byteLength ?? 0).map((_, i) => sentSign?.getInt8(i) ?? 1);
  const ofNumbers = rho && r2 ? { rho: floats(rho), r2: floats(r2) } : {};
  const rules = sent.rules ?? NO_RULES;
  return { ...rest, f1: floats(sent.f1), auc: floats(sent.auc), sign, rules, ...ofNumbers };
}

function floats(sent?: DataView): Float32Array {
  if (!sent) return new Float32Array();
  return Float32Array.from({ length: sent.byteLength / 4 }, (_, i) => sent.getFloat32(4 * i, true));
}

/** How well a cell goes with the label or the numbers, from 0 to 1; NaN if that isn't known. */
export function worthOf(alignment: CellAlignment | null, cell: number): number {
  return Math.abs(alignment?.rho?.[cell] ?? alignment?.f1[cell] ?? Number.NaN);
}

/** Whether a track of this name has numbers, which have no labels. */
export function isOfNumbers(tracks: readonly Track[], name: string): boolean {
  return tracks.some((track) => track.name === name && track.kind === "continuous" && !track.binary);
}

/** What cells are aligned with, in a word: the label or, of numbers, the name of their track. */
export function alignedWith(track: string, label: string, hasNumbers: boolean): string {
  return visibleToken(hasNumbers ? track : label);
}

/** Cells in ascending order or, with an alignment, the best ones first and the ones left out last. */
export function sortCells(
  cells: readonly number[],
  isOut: (cell: number) => boolean,
  alignment: CellAlignment | null,
): number[] {
  const ascending = [...cells].sort((a, b) => a - b);
  if (!alignment) return ascending;
  const worth = (cell: number) => worthOf(alignment, cell) || 0;
  return ascending.sort((a, b) => Number(isOut(a)) - Number(isOut(b)) || worth(b) - worth(a) || a - b);
}

/** Whether a cell tells where the label stands by being low, or falls as the numbers rise. */
export function isLow(alignment: CellAlignment | null, cell: number): boolean {
  return (alignment?.sign[cell] ?? 1) < 0;
}

/** ρ −0.34. */
export function rhoText(rho: number): string {
  return `ρ ${formatValue(rho)}`;
}

/** F1 0.83, AUC 0.95 for NOUN; or, with numbers, ρ −0.34, R² 0.12 for depth. */
export function alignmentText(alignment: CellAlignment | null, cell: number): string | null {
  if (!alignment || Number.isNaN(worthOf(alignment, cell))) return null;
  const [rho, r2] = [alignment.rho?.[cell], alignment.r2?.[cell]];
  if (rho !== undefined && r2 !== undefined) {
    return `${rhoText(rho)}, R² ${formatValue(r2)} for ${visibleToken(alignment.track)}`;
  }
  const [f1, auc] = [alignment.f1[cell], alignment.auc[cell]];
  if (f1 === undefined || auc === undefined) return null;
  const low = isLow(alignment, cell) ? " by being low" : "";
  return `F1 ${formatValue(f1)}${low}, AUC ${formatValue(auc)} for ${visibleToken(alignment.label)}`;
}
