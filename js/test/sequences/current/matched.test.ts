import { expect, test } from "vitest";
import { matchedSteps } from "../../../src/sequences/current/matched";

test("the steps of matches are marked as far as they are there", () => {
  const matches = { start: Int32Array.of(8, 12, 14, 40), stop: Int32Array.of(11, 13, 18, 44) };
  expect([...matchedSteps(matches, [10, 16])]).toEqual([1, 0, 1, 0, 1, 1]);
  expect([...matchedSteps(null, [10, 12])]).toEqual([0, 0]);
});
