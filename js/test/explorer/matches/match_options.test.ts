import { expect, test } from "vitest";
import { parseCount } from "../../../src/explorer/matches/match_options";

test("a number of matches is typed with or without separators", () => {
  expect(["1,000", "7", "0", "many"].map(parseCount)).toEqual([1000, 7, null, null]);
});
