import { expect, test } from "vitest";
import { highestStep, pickCell, stateAt } from "../../../src/explorer/plot/nearest_line";
import { decodeWindow } from "../../../src/explorer/time/window";

/** Two steps of three cells: 0 rises from 0 to 100, 1 stays at 50, 2 is missing at the first step. */
const values = Float32Array.from([0, 50, Number.NaN, 100, 50, 20]);
const shown = decodeWindow(
  {
    layer: "layer",
    start: 0,
    stop: 2,
    cells: 3,
    dtype: "float32",
    values,
    words: ["a", "b"],
    tracks: {},
    sequence_starts: [],
  },
  null,
);
const pick = (selected: number[], at: number, y: number) => {
  if (!shown) throw new Error("no window");
  return pickCell(shown, selected, [0, 1, 2], at, y, (value) => value);
};

test("the nearest line is picked, between two steps as well as on one", () => {
  expect(pick([], 0.5, 2)).toBe(0);
  expect(pick([], 0.75, 27)).toBe(0);
  expect(pick([], 0.75, 49)).toBe(1);
});

test("a selected cell wins over a nearer one that is not", () => {
  expect(pick([0], 1.0, 53)).toBe(0);
  expect(pick([1], 1.02, 53)).toBe(1);
});

test("nothing is picked far from every line or in a gap", () => {
  expect(pick([], 0.5, 25)).toBeNull();
  expect(pick([], 0.6, 20)).toBeNull();
  expect(pick([], 1.5, 21)).toBe(2);
});

test("a cell is highest where its greatest finite value is", () => {
  if (!shown) throw new Error("no window");
  expect([0, 1, 2].map((cell) => highestStep(shown, cell, [0, 2]))).toEqual([1, 0, 1]);
  expect(highestStep(shown, 2, [0, 1])).toBe(0);
});

test("there is no state outside the window", () => {
  if (!shown) throw new Error("no window");
  expect(stateAt(shown, 2, 1)).toBe(20);
  expect([stateAt(shown, 3, 0), stateAt(shown, 0, 2), stateAt(shown, 0, -1)]).toEqual([NaN, NaN, NaN]);
});
