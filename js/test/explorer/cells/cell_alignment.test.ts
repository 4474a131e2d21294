import { expect, test } from "vitest";
import {
  alignmentText,
  bestThresholds,
  type CellAlignment,
  decodeCellAlignment,
  sortCells,
} from "../../../src/explorer/cells/cell_alignment";

const floats = (...values: number[]) => new DataView(Float32Array.from(values).buffer);
const sent = {
  layer: "layer 1",
  track: "pos",
  label: "NOUN",
  f1: floats(0.25, Number.NaN, 0.75, 0.5),
  auc: floats(0.5, Number.NaN, 1, 0.625),
  sign: new DataView(Int8Array.from([1, 1, 1, -1]).buffer),
  threshold: new DataView(Float64Array.from([0.1, Number.NaN, 0.30000000000000004, -59.3]).buffer),
  best: [2, 3, 0],
  error: "",
};
const alignment = decodeCellAlignment(sent) as CellAlignment;

test("cells are sorted by their F1, those left out behind", () => {
  expect(sortCells([0, 3, 1, 2], () => false, alignment)).toEqual([2, 3, 0, 1]);
  expect(sortCells([0, 3, 1, 2], (cell) => cell === 2, alignment)).toEqual([3, 0, 1, 2]);
});

test("without an alignment, or one that failed, cells are sorted by number", () => {
  expect(sortCells([3, 0, 2], (cell) => cell === 0, null)).toEqual([0, 2, 3]);
  const failed = decodeCellAlignment({ ...sent, f1: floats(), auc: floats(), error: "cancelled" });
  expect(sortCells([3, 0, 2], () => false, failed)).toEqual([0, 2, 3]);
});

test("cells of a view that was saved without signs are taken to be high", () => {
  const { sign: _, ...older } = sent;
  expect(alignmentText(decodeCellAlignment(older), 3)).toBe("F1 0.50, AUC 0.63 for NOUN");
});

test("the readout has F1 and AUC of a cell, if it has them", () => {
  expect(alignmentText(alignment, 2)).toBe("F1 0.75, AUC 1.00 for NOUN");
  expect(alignmentText(alignment, 3)).toBe("F1 0.50 by being low, AUC 0.63 for NOUN");
  expect(alignmentText(alignment, 1)).toBeNull();
  expect(alignmentText(alignment, 9)).toBeNull();
  expect(alignmentText(null, 2)).toBeNull();
});

test("the best cells can be used with the thresholds and signs that Python has sent, to the last bit", () => {
  expect(bestThresholds(alignment)).toEqual({
    layer: "layer 1",
    label: "NOUN",
    cell: [2, 3, 0],
    threshold: [0.30000000000000004, -59.3, 0.1],
    sign: [1, -1, 1],
  });
});

test("cells without a finite threshold are left out, and so are all of a view saved without thresholds", () => {
  expect(bestThresholds(decodeCellAlignment({ ...sent, best: [1, 2] }))?.cell).toEqual([2]);
  const { threshold: _, ...older } = sent;
  expect(bestThresholds(decodeCellAlignment(older))).toBeNull();
  expect(bestThresholds(null)).toBeNull();
});
