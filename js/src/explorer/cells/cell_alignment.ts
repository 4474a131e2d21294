import { formatValue, visibleToken } from "../../shared/text";

/**
 * How well each cell of a layer tells where a label stands, as Python sends it: `f1` and `auc` are float32, one for
 * each cell; `sign` is int8, `threshold` float64.
 */
interface SentCellAlignment {
  layer: string;
  track: string;
  label: string;
  f1: DataView;
  auc: DataView;
  /** Views that were saved by earlier versions have none. */
  sign?: DataView;
  threshold?: DataView;
  best: number[];
  error: string;
}

export interface CellAlignment {
  layer: string;
  track: string;
  label: string;
  /** From 0 to 1; NaN if there is none. */
  f1: Float32Array;
  auc: Float32Array;
  /** −1 for a cell that tells where the label stands by being low. */
  sign: Int8Array;
  /** In units of the layer: the label stands where the cell is at least, or for a low cell at most, this. */
  threshold: Float64Array;
  /** The cells that go best with the label. */
  best: readonly number[];
  error: string;
}

export function decodeCellAlignment(sent: SentCellAlignment | null): CellAlignment | null {
  if (!sent) return null;
  const { sign: sentSign } = sent;
  const sign = new Int8Array(sentSign?.byteLength ?? 0).map((_, i) => sentSign?.getInt8(i) ?? 1);
  return { ...sent, f1: floats(sent.f1), auc: floats(sent.auc), sign, threshold: doubles(sent.threshold) };
}

function floats(sent: DataView): Float32Array {
  return Float32Array.from({ length: sent.byteLength / 4 }, (_, i) => sent.getFloat32(4 * i, true));
}

function doubles(sent: DataView | undefined): Float64Array {
  return Float64Array.from(
    { length: (sent?.byteLength ?? 0) / 8 },
    (_, i) => sent?.getFloat64(8 * i, true) ?? 0,
  );
}

/** Cells with thresholds and signs of their own, as Python takes them. */
export interface OwnThresholds {
  layer: string;
  label: string;
  cell: readonly number[];
  threshold: readonly number[];
  sign: readonly number[];
}

/** The best cells with the thresholds at which they tell where the label stands; null if there are none. */
export function bestThresholds(alignment: CellAlignment | null): OwnThresholds | null {
  const cell = (alignment?.best ?? []).filter((each) => Number.isFinite(alignment?.threshold[each]));
  if (!alignment || cell.length === 0) return null;
  const of = (values: ArrayLike<number>) => cell.map((each) => values[each] as number);
  const { layer, label, threshold, sign } = alignment;
  return { layer, label, cell, threshold: of(threshold), sign: of(sign) };
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
