import { describe, expect, test } from "vitest";
import { barHeight, barWidth, placeAfter } from "../../../src/explorer/matches/match_lengths";

describe("the bars of the lengths", () => {
  test("share a width, within limits", () => {
    expect([1, 17, 100].map(barWidth)).toEqual([10, 6, 4]);
  });

  test("are seen wherever they stand for something", () => {
    expect([0, 0.001, 0.5, 1].map(barHeight)).toEqual([0, 1, 11, 22]);
  });

  test("keys go from one to the next, and stop at the ends", () => {
    const keys = ["ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown", "Home", "End", "a"];
    expect(keys.map((key) => placeAfter(key, 1, 3))).toEqual([2, 2, 0, 0, 0, 2, null]);
    expect([placeAfter("ArrowRight", 2, 3), placeAfter("ArrowLeft", 0, 3)]).toEqual([2, 0]);
  });
});
