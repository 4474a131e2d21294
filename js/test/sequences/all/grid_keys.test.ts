import { expect, test } from "vitest";
import { cellAfter } from "../../../src/sequences/all/grid_keys";

/** Heads without one above the names, and two rows of a name and two cells. */
const LENGTHS = [3, 3, 3];

test("arrows go from cell to cell and stop at the edges", () => {
  const after = (key: string, row: number, column: number) => cellAfter(key, [row, column], LENGTHS);
  expect(after("ArrowRight", 1, 0)).toEqual([1, 1]);
  expect(after("ArrowRight", 1, 2)).toEqual([1, 2]);
  expect(after("ArrowDown", 2, 1)).toEqual([2, 1]);
  expect(after("ArrowUp", 1, 1)).toEqual([0, 1]);
  expect(after("ArrowLeft", 1, 0)).toEqual([1, 0]);
  expect(after("Home", 2, 2)).toEqual([2, 0]);
  expect(after("End", 2, 0)).toEqual([2, 2]);
  expect(after("x", 2, 0)).toBeNull();
});

test("from the names one gets to the first head, since there is none above them", () => {
  expect(cellAfter("ArrowUp", [1, 0], LENGTHS)).toEqual([0, 1]);
  expect(cellAfter("ArrowLeft", [0, 1], LENGTHS)).toEqual([0, 1]);
  expect(cellAfter("Home", [0, 2], LENGTHS)).toEqual([0, 1]);
});

test("a row with bars has more cells than the heads", () => {
  expect(cellAfter("ArrowUp", [1, 4], [3, 5, 5])).toEqual([0, 2]);
});
