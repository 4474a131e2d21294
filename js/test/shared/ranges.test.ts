import { expect, test } from "vitest";
import { brushedRange, fartherEnd } from "../../src/shared/ranges";

test("a brush takes whole words in both directions", () => {
  expect(brushedRange(10, 13, [0, 100])).toEqual([10, 14]);
  expect(brushedRange(10, 7, [0, 100])).toEqual([7, 11]);
  expect(brushedRange(10, 10, [0, 100])).toEqual([10, 11]);
});

test("a selection is extended from its farther end", () => {
  expect(fartherEnd([10, 14], 20)).toBe(10);
  expect(fartherEnd([10, 14], 3)).toBe(13);
  expect(fartherEnd([10, 14], 11)).toBe(13);
  expect(fartherEnd([10, 14], 12)).toBe(10);
  expect(fartherEnd([10, 11], 10)).toBe(10);
});
