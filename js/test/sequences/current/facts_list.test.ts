import { expect, test } from "vitest";
import { largestJump } from "../../../src/sequences/current/facts_list";

const WORDS = { sequence: 4, start: 10, stop: 13, distances: Float32Array.of(0.25, 0.5, Number.NaN) };

test("the largest jump is that of the table, or without one that of the steps shown", () => {
  const table = { largestJump: Float32Array.of(2, Number.NaN), largestJumpAt: Int32Array.of(7, -1) };
  expect(largestJump(table, null, 0)).toEqual({ step: 7, distance: 2 });
  expect(largestJump(null, WORDS, 4)).toEqual({ step: 11, distance: 0.5 });
});

test("there is no largest jump of a single step, nor of a sequence that isn't there", () => {
  expect(largestJump(null, { ...WORDS, stop: 11, distances: Float32Array.of(Number.NaN) }, 4)).toBeNull();
  expect(largestJump(null, WORDS, 3)).toBeNull();
  expect(largestJump(null, { ...WORDS, distances: null }, 4)).toBeNull();
});
