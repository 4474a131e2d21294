import { expect, test } from "vitest";
import { rowAfter } from "../../../src/explorer/matches/match_walk";

test("keys go from row to row, and by pages", () => {
  const rows = { page: () => 5, count: () => 20 };
  const keys = ["ArrowDown", "ArrowUp", "PageDown", "PageUp", "Home", "End", "a"];
  expect(keys.map((key) => rowAfter(key, 7, rows))).toEqual([8, 6, 12, 2, 0, 19, null]);
});
