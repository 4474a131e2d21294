import { describe, expect, test } from "vitest";
import { nextCount } from "../../../src/explorer/matches/match_more";

describe("the list gets longer", () => {
  test("by a step while there are more matches than it holds", () => {
    expect(nextCount(50, 50, 1204)).toBe(100);
    expect(nextCount(50, 50, null)).toBe(100);
    expect(nextCount(70, 70, 1204)).toBe(100);
  });

  test("not where all are shown, and no longer than can be listed", () => {
    expect(nextCount(50, 50, 50)).toBeNull();
    expect(nextCount(50, 30, null)).toBeNull();
    expect(nextCount(20_000, 20_000, null)).toBeNull();
  });
});
