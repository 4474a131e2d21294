import { formatValue, visibleToken } from "../../shared/text";

/**
 * How well each cell of a layer tells where a label stands, as Python sends it: `f1` and `auc` are float32, one for
 * each cell.
 */
interface SentCellAlignment {
  layer: string;
  track: string;
  label: string;
  f1: DataView;
  auc: DataView;
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
  /** The cells that go best with the label. */
  best: readonly number[];
  error: string;
}

export function decodeCellAlignment(sent: SentCellAlignment | null): CellAlignment | null {
  return sent && { ...sent, f1: floats(sent.f1), auc: floats(sent.auc) };
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

/** F1 0.83, AUC 0.95 for NOUN. */
export function alignmentText(alignment: CellAlignment | null, cell: number): string | null {
  const [f1, auc] = [alignment?.f1[cell], alignment?.auc[cell]];
  if (!alignment || f1 === undefined || auc === undefined || Number.isNaN(f1)) return null;
  return `F1 ${formatValue(f1)}, AUC ${formatValue(auc)} for ${visibleToken(alignment.label)}`;
}
