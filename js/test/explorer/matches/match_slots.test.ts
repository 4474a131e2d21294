import { expect, test } from "vitest";
import { matchItems, slotsOf } from "../../../src/explorer/matches/match_slots";
import { context, numbered } from "./sent_matches";

test("matches begin in the same slot, however much comes before them", () => {
  const sent = context([
    { before: 2, shown: 2, after: 1, words: ["a", "b", "c", "d", "e"], on: [0, 1, 2, 3, 4] },
    { before: 3, shown: 1, after: 1, words: numbered(5) },
  ]);
  expect(slotsOf(sent, [10, 20], [12, 21])).toEqual({ lead: 3, slots: 6 });
  const items = matchItems(sent, 0, 10, 12, 3);
  expect(items.map((item) => item.slot)).toEqual([1, 2, 3, 4, 5]);
  const steps = items.filter((item) => item.kind === "step");
  expect(steps.map(({ step }) => step)).toEqual([8, 9, 10, 11, 12]);
  expect(steps.map(({ word }) => word).join("")).toBe("abcde");
  expect(steps.map(({ on }) => on)).toEqual([0, 1, 2, 3, 4]);
  expect(steps.map(({ inMatch }) => inMatch)).toEqual([false, false, true, true, false]);
  const next = matchItems(sent, 1, 20, 21, 3);
  expect(next.map((item) => item.kind === "step" && item.at)).toEqual([5, 6, 7, 8, 9]);
});

test("what is left out of a long match stands between its shown steps and what follows it", () => {
  const sent = context([{ before: 0, shown: 2, after: 2, words: numbered(4) }]);
  const items = matchItems(sent, 0, 10, 500, 0);
  expect(items.map((item) => item.kind)).toEqual(["step", "step", "hidden", "step", "step"]);
  expect(items[2]).toEqual({ kind: "hidden", slot: 2, count: 488 });
  expect(items[3]).toMatchObject({ step: 500, slot: 4, inMatch: false });
  expect(slotsOf(sent, [10], [500]).slots).toBe(6);
});

test("a long match at the end of its sequence still says what is left out", () => {
  const sent = context([{ before: 0, shown: 2, after: 0, words: numbered(2) }]);
  expect(matchItems(sent, 0, 10, 19, 0).at(-1)).toEqual({ kind: "hidden", slot: 2, count: 7 });
});

test("a match without its words yet has no items", () => {
  expect(matchItems(context([]), 0, 10, 19, 0)).toEqual([]);
});
