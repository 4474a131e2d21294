import { expect, test } from "vitest";
import { axisMost, barHeight, distanceAt, lineAt } from "../../../src/sequences/current/jumps";

test("bars are as high as jumps are long, on an axis from 0", () => {
  expect([0, 1, 2, 9, Number.NaN].map((each) => barHeight(each, 2))).toEqual([0, 32, 64, 64, 0]);
  expect(barHeight(1, 0)).toBe(0);
});

test("the line of the threshold stands at the height of a bar as long, and can be dragged there", () => {
  expect([lineAt(0, 2), lineAt(1, 2), lineAt(5, 2), lineAt(-1, 2)]).toEqual([69, 37, 5, 69]);
  for (const threshold of [0, 0.5, 1.25, 2]) {
    expect(distanceAt(lineAt(threshold, 2), 2)).toBeCloseTo(threshold);
  }
  expect([distanceAt(-50, 2), distanceAt(500, 2)]).toEqual([2, 0]);
});

test("the axis ends at the longest jump of all, or of the steps shown", () => {
  const distances = Float32Array.of(0.5, 1.5, Number.NaN);
  expect([
    axisMost(distances, 4, true),
    axisMost(distances, 4, false),
    axisMost(distances, null, true),
  ]).toEqual([...[4, 1.5, 1.5]]);
  expect(axisMost(null, null, true)).toBe(0);
});
