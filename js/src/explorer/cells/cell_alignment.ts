import { formatValue, visibleToken } from "../../shared/text";

/**
 * How well each cell of a layer tells where a label stands, as Python sends it: `f1` and `auc` are float32, one for
 * each cell; `sign` is int8.
 */
interface SentCellAlignment {
  layer: string;
  track: string;
  label: string;
  f1: DataView;
  auc: DataView;
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
  /** From 0 to 1; NaN if there is none. */
  f1: Float32Array;
  auc: Float32Array;
  /** −1 for a cell that tells where the label stands by being low. */
  sign: Int8Array;
  /** When the best cells are on, by thresholds and signs of their own; mirrors are told by their cells. */
  rules: Rules;
  /** The cells that go best with the label. */
  best: readonly number[];
  error: string;
}

export function decodeCellAlignment(sent: SentCellAlignment | null): CellAlignment | null {
  if (!sent) return null;
  const { sign: sentSign } = sent;
  const sign = new Int8Array(sentSign?.byteLength ?? 0).map((_, i) => sentSign?.getInt8(i) ?? 1);
  return { ...sent, f1: floats(sent.f1), auc: floats(sent.auc), sign, rules: sent.rules ?? NO_RULES };
}

function floats(sent: DataView): Float32Array {
  return Float32Array.from({ length: sent.byteLength / 4 }, (_, i) => sent.getFloat32(4 * i, true));
}

/** Cells in ascending order or, with an alignment, the best for the label first and the ones left out last. */
export function sortCells(
  cells: readonly number[],
  isOut: (cell: number) => boolean,
  alignment: CellAlignment | null,
): number[] {
  const ascending = [...cells].sort((a, b) => a - b);
  if (!alignment || alignment.f1.length === 0) return ascending;
  const worth = (cell: number) => alignment.f1[cell] || 0;
  return ascending.sort((a, b) => Number(isOut(a)) - Number(isOut(b)) || worth(b) - worth(a) || a - b);
}

/** Whether a cell tells where the label stands by being low. */
export function isLow(alignment: CellAlignment | null, cell: number): boolean {
  return (alignment?.sign[cell] ?? 1) < 0;
}

/** F1 0.83, AUC 0.95 for NOUN. */
export function alignmentText(alignment: CellAlignment | null, cell: number): string | null {
  const [f1, auc] = [alignment?.f1[cell], alignment?.auc[cell]];
  if (!alignment || f1 === undefined || auc === undefined || Number.isNaN(f1)) return null;
  const low = isLow(alignment, cell) ? " by being low" : "";
  return `F1 ${formatValue(f1)}${low}, AUC ${formatValue(auc)} for ${visibleToken(alignment.label)}`;
}
