import { describe, expect, test } from "vitest";
import {
  countAtLeast,
  countText,
  rankText,
  shareAtLeast,
  shareText,
  thresholdStep,
} from "../../../src/sequences/current/jump_counts";

const DISTANCES = Float32Array.of(0.5, 0.25, 2, 0.1, Number.NaN);
/** Jumps of 0, 1, … 100: as many as there are quantiles. */
const SPREAD = { quantiles: Array.from({ length: 101 }, (_, i) => i), largest: 100, count: 40_805 };

describe("the number of jumps of at least a threshold", () => {
  test("counts those of just this length, and none after the last step", () => {
    expect([0, 0.25, 0.26, 2, 2.01].map((each) => countAtLeast(DISTANCES, each))).toEqual([4, 3, 2, 1, 0]);
    expect(countText(DISTANCES, 0.5)).toBe("2 of 4 jumps");
  });

  test("counts a jump that single precision has made a little shorter", () => {
    expect(Math.fround(0.1)).not.toBe(0.1);
    expect(countAtLeast(DISTANCES, 0.1)).toBe(4);
    expect(countAtLeast(Float32Array.of(0.7), 0.7)).toBe(1);
  });

  test("is known of all jumps from their quantiles", () => {
    expect([-1, 0, 50, 50.5, 99, 100, 101].map((each) => shareAtLeast(SPREAD, each))).toEqual(
      [1, 1, 0.5, 0.495, 0.01, 0, 0].map((share) => expect.closeTo(share, 9)),
    );
    expect(shareAtLeast({ quantiles: [0, 2, 2, 2, 4] }, 2)).toBe(0.75);
    expect(shareAtLeast({ quantiles: [] }, 2)).toBeNull();
  });

  test("is said without more precision than quantiles have", () => {
    expect([-1, 50, 99, 99.5, 101].map((each) => shareText(SPREAD, each))).toEqual([
      "all 40,805",
      "about 50 % of all 40,805",
      "about 1 % of all 40,805",
      "under 1 % of all 40,805",
      "none of all 40,805",
    ]);
    expect(shareText({ quantiles: [], largest: null, count: 0 }, 1)).toBe("");
  });
});

test("a jump is compared with all others", () => {
  expect([25, 99.5, 100].map((each) => rankText(each, SPREAD))).toEqual([
    "25.00, longer than 25 % of all",
    "99.50, longer than 99 % of all",
    "100.00, the longest of all",
  ]);
  expect(rankText(0.5, null)).toBe("0.50");
});

test("the arrow keys move the threshold by a round number", () => {
  expect([2.161, 1, 0.031, 480, 0, Number.NaN].map(thresholdStep)).toEqual([
    0.02, 0.005, 0.0002, 5, 0.01, 0.01,
  ]);
});
