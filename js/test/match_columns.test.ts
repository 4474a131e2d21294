import { expect, test } from "vitest";
import { columnsOf, leadOf, matchItems } from "../src/match_columns";

const row = { steps: [8, 9, 10, 11, 12], words: ["a", "b", "c", "d", "e"], on: [0, 1, 2, 3, 4], hidden: 0 };

test("matches begin in the same column, however much comes before them", () => {
  expect(leadOf(row, 10)).toBe(2);
  const items = matchItems(row, 10, 12, 3);
  expect(items.map((item) => item.column)).toEqual([1, 2, 3, 4, 5]);
  expect(items.map((item) => item.kind === "step" && item.inMatch)).toEqual([
    false,
    false,
    true,
    true,
    false,
  ]);
});

test("what is left out of a long match stands between its shown steps and what follows it", () => {
  const long = { steps: [10, 11, 500, 501], words: ["a", "b", "c", "d"], on: [1, 1, 1, 1], hidden: 488 };
  const items = matchItems(long, 10, 500, 0);
  expect(items.map((item) => item.kind)).toEqual(["step", "step", "hidden", "step", "step"]);
  expect(items[2]).toEqual({ kind: "hidden", column: 2, count: 488 });
  expect(columnsOf(items)).toBe(6);
});

test("a long match at the end of its sequence still says what is left out", () => {
  const last = { steps: [10, 11], words: ["a", "b"], on: [1, 1], hidden: 7 };
  expect(matchItems(last, 10, 19, 0).at(-1)).toEqual({ kind: "hidden", column: 2, count: 7 });
});
