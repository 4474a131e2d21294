import { expect, test } from "vitest";
import { columnsFor, directionOf, sortChoices, sortedBy } from "../../../src/sequences/all/columns";

const ALL = { digits: 3, targets: true, predictions: true, jumps: true, matches: true };
const keys = (room: number, known: object = {}) =>
  columnsFor(room, { ...ALL, ...known }).map(({ key }) => key);

test("a column is there if something is known for it", () => {
  expect(keys(2000)).toEqual([
    ...["number", "target", "prediction", "correct", "confidence", "settled", "changes", "jump"],
    ...["matches", "length", "text"],
  ]);
  const nothing = { targets: false, predictions: false, jumps: false, matches: false };
  expect(keys(2000, nothing)).toEqual(["number", "length", "text"]);
});

test("where there is no room the less important columns go, and some stay", () => {
  const narrow = keys(300);
  expect(keys(500)).toContain("settled");
  expect(keys(500)).not.toContain("length");
  expect(narrow).toEqual(["number", "target", "prediction", "correct", "matches", "text"]);
  expect(keys(10)).toEqual(["number", "target", "prediction", "text"]);
});

test("a narrow column takes the room that a more important one is too wide for", () => {
  const known = { matches: false };
  expect(keys(400, known)).toContain("correct");
  expect(keys(400, known)).not.toContain("jump");
});

test("a head sorts the way that shows most, then the other way", () => {
  const settled = { sort: "settled", downwards: true };
  expect(sortedBy("sequence", settled)).toBe("-settled");
  expect(sortedBy("-settled", settled)).toBe("settled");
  expect(sortedBy("settled", settled)).toBe("-settled");
  const target = { sort: "target", downwards: false };
  expect(sortedBy("-settled", target)).toBe("target");
  expect(sortedBy("target", target)).toBe("-target");
});

test("a head says which way its column is sorted", () => {
  expect(directionOf("-settled", { sort: "settled" })).toBe("descending");
  expect(directionOf("settled", { sort: "settled" })).toBe("ascending");
  expect(directionOf("settled", { sort: "changes" })).toBeNull();
  expect(directionOf("", { sort: "" })).toBeNull();
});

test("one can sort by every column but that of matches", () => {
  const choices = sortChoices(ALL).map(([sort]) => sort);
  expect(choices).toHaveLength(10);
  expect(choices).not.toContain("");
  expect(choices.at(-1)).toBe("text");
});
