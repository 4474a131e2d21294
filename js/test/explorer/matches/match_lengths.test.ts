import { describe, expect, test } from "vitest";
import { barHeight, barWidth } from "../../../src/explorer/matches/match_lengths";

describe("the bars of the lengths", () => {
  test("share a width, within limits", () => {
    expect([1, 17, 100].map(barWidth)).toEqual([10, 6, 4]);
  });

  test("are seen wherever they stand for something", () => {
    expect([0, 0.001, 0.5, 1].map(barHeight)).toEqual([0, 1, 11, 22]);
  });
});
