import { expect, test } from "vitest";
import {
  anchorHint,
  type FindHits,
  hitCount,
  hitFrom,
  hitRange,
  lineMove,
} from "../../../src/explorer/find/hits";

const hits: FindHits = {
  text: "a",
  match_case: false,
  count: 1500,
  next: 700,
  first: 650,
  ranges: Array.from({ length: 200 }, (_, i) => [i * 10, i * 10 + 1] as const),
  lines: [],
  error: "",
};
const none = { ...hits, count: 0, next: 0, first: 0, ranges: [] };

test("the first step goes to the hit at or after the position, or to the one before it", () => {
  expect(hitFrom(hits, null, 1)).toBe(700);
  expect(hitFrom(hits, null, -1)).toBe(699);
  expect(hitFrom({ ...hits, next: 0 }, null, -1)).toBe(1499);
});

test("further steps go round", () => {
  expect(hitFrom(hits, 3, 1)).toBe(4);
  expect(hitFrom(hits, 1499, 1)).toBe(0);
  expect(hitFrom(hits, 0, -1)).toBe(1499);
  expect(hitFrom(none, null, 1)).toBeNull();
});

test("where a hit stands is known of those that were sent", () => {
  expect(hitRange(hits, 651)).toEqual([10, 11]);
  expect(hitRange(hits, 649)).toBeNull();
  expect(hitRange(hits, null)).toBeNull();
  expect(hitRange(null, 3)).toBeNull();
});

test("beside the field stands which hit it is, of how many", () => {
  expect(hitCount(" ", null, null)).toBe("");
  expect(hitCount("a", null, null)).toBe("…");
  expect(hitCount("a", hits, null)).toBe("1,500");
  expect(hitCount("a", hits, 1204)).toBe("1,205 / 1,500");
  expect(hitCount("a", none, null)).toBe("none");
  expect(hitCount("a", { ...none, error: "bad" }, null)).toBe("");
});

test("in the list one goes from line to line and stops at its ends", () => {
  expect(lineMove(hits, null, 1)).toBe(700);
  expect(lineMove(hits, 700, -1)).toBe(699);
  expect(lineMove(hits, 0, -1)).toBe(0);
  expect(lineMove(hits, 1499, 1)).toBe(1499);
});

test("an expression that finds nothing because of an anchor is told what anchors mean", () => {
  const none = { count: 0, error: "" } as FindHits;
  for (const text of ["/^the$/", "/the$/", " /^the/ "])
    expect(anchorHint(text, none)).toContain("whole text");
  const without = ["the$", "/the/", "/[^a]/", "/\\^/", "/[]^]/", ""];
  expect(without.map((text) => anchorHint(text, none))).toEqual(without.map(() => ""));
  expect(anchorHint("/^the/", { ...none, count: 1 })).toBe("");
});
