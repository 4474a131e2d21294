import { expect, test } from "vitest";
import { legendOrder } from "../../../src/sequences/map/head";

test("classes stand in the order that was given, as everywhere else on the page", () => {
  expect(legendOrder(3, [2, 0, 1])).toEqual([2, 0, 1]);
  // A class that is expected nowhere has no label here.
  expect(legendOrder(2, [3, 1, 0])).toEqual([1, 0]);
});

test("labels stand in the order of how frequent they are, as far as they have colours", () => {
  expect(legendOrder(3, null)).toEqual([0, 1, 2]);
  expect(legendOrder(40, null)).toHaveLength(12);
});
