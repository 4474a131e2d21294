import { signal } from "@preact/signals-core";
import { expect, test } from "vitest";
import { legendOrder, missingText } from "../../../src/sequences/map/head";

test("classes stand in the order that was given, as everywhere else on the page", () => {
  expect(legendOrder(3, [2, 0, 1])).toEqual([2, 0, 1]);
  // A class that is expected nowhere has no label here.
  expect(legendOrder(2, [3, 1, 0])).toEqual([1, 0]);
});

test("labels stand in the order of how frequent they are, as far as they have colours", () => {
  expect(legendOrder(3, null)).toEqual([0, 1, 2]);
  expect(legendOrder(40, null)).toHaveLength(12);
});

test("sequences without a step on the map are named", () => {
  const trajectory = (sequence: number, ...coordinates: number[]) => ({
    ...{ sequence, first: 0, end: 2, start: 0, count: 1, coordinates: Float32Array.from(coordinates) },
    ...{ codes: null, confidence: null, distances: null },
  });
  const said = (...all: ReturnType<typeof trajectory>[]) => missingText({ _trajectories: signal(all) });
  expect(said(trajectory(1, 0, 0), trajectory(4, Number.NaN, Number.NaN, 2, 2))).toBe("");
  expect(said(trajectory(1200, Number.NaN, Number.NaN))).toBe("sequence 1,200 is not on this map");
  const nowhere = trajectory(7, Number.NaN, Number.NaN);
  expect(said(nowhere, trajectory(1, 0, 0), { ...nowhere, sequence: 9 })).toBe(
    "sequences 7, 9 are not on this map",
  );
});
