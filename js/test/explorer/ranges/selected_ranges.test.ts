import { describe, expect, test } from "vitest";
import { placeText } from "../../../src/explorer/ranges/ranges_row";
import {
  allSelected,
  coveredPixels,
  inSight,
  leastFollowed,
  neighbour,
  parseLeast,
  placeOf,
  toleranceFor,
} from "../../../src/explorer/ranges/selected_ranges";
import type { Range } from "../../../src/explorer/time/ranges";

const RANGES: Range[] = [
  [3, 5],
  [10, 13],
  [11, 12],
  [40, 42],
];

describe("what is selected", () => {
  test("is all ranges while the selection is one of them, else the selection alone", () => {
    expect(allSelected([10, 13], RANGES, 4)).toBe(RANGES);
    expect(allSelected([10, 12], RANGES, 4)).toEqual([[10, 12]]);
    expect(allSelected([10, 13], [], 0)).toEqual([[10, 13]]);
    expect(allSelected(null, [], 0)).toEqual([]);
  });

  test("may be a range that was not sent, of more than are sent", () => {
    expect(allSelected([90, 91], RANGES, 20_000)).toBe(RANGES);
  });

  test("is in sight where it overlaps the steps in sight", () => {
    expect(inSight(RANGES, [12, 41])).toEqual([
      [10, 13],
      [40, 42],
    ]);
    expect(inSight(RANGES, [5, 10])).toEqual([]);
  });
});

test("buttons go from range to range and round at the ends", () => {
  expect(neighbour(RANGES, [10, 13], 1)).toEqual([11, 12]);
  expect(neighbour(RANGES, [40, 42], 1)).toEqual([3, 5]);
  expect(neighbour(RANGES, [3, 5], -1)).toEqual([40, 42]);
  // From a range that was not sent, to the nearest one that was.
  expect(neighbour(RANGES, [20, 21], 1)).toEqual([40, 42]);
  expect(neighbour(RANGES, [20, 21], -1)).toEqual([11, 12]);
  expect(neighbour(RANGES, [90, 91], 1)).toEqual([3, 5]);
  expect(neighbour([], null, 1)).toBeNull();
  expect([placeOf(RANGES, [11, 12]), placeOf(RANGES, [11, 13]), placeOf(RANGES, null)]).toEqual([
    2,
    null,
    null,
  ]);
  expect([placeText(2, 9), placeText(null, 20_000)]).toEqual(["3 / 9", "– / 20,000"]);
});

describe("the tolerance", () => {
  test("made from a number of ranges means that number", () => {
    for (const count of [1, 2, 3, 7, 9, 49, 1000]) {
      for (let least = 1; least <= count; least++) {
        expect(leastFollowed(count, toleranceFor(count, least))).toBe(least);
      }
    }
  });

  test("is rounded down, and never lets go of all", () => {
    expect([
      leastFollowed(9, 0),
      leastFollowed(9, 0.2),
      leastFollowed(9, 0.99),
      leastFollowed(3, 0.9999),
    ]).toEqual([9, 8, 1, 1]);
  });

  test("is typed as a number of ranges", () => {
    expect(["8", " 1,000 ", "0", "10", "1.5", "-1", "", "x"].map((text) => parseLeast(text, 9))).toEqual([
      8,
      ...Array(7).fill(null),
    ]);
    expect(parseLeast("1,000", 1000)).toBe(1000);
  });
});

test("many ranges cover few stretches of a strip", () => {
  expect(coveredPixels(RANGES, 1, 0)).toEqual([
    [3, 5],
    [10, 13],
    [40, 42],
  ]);
  expect(coveredPixels(RANGES, 0.1, 1)).toEqual([
    [0.30000000000000004, 2.1],
    [4, 5],
  ]);
});
