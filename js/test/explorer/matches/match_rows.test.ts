import { expect, test } from "vitest";
import type { MatchRow } from "../../../src/explorer/matches/match_list";
import { gradient, partsOf, type StepColor } from "../../../src/explorer/matches/match_rows";
import { matchItems } from "../../../src/explorer/matches/match_slots";
import { context } from "./sent_matches";

const sent = context([{ before: 1, shown: 2, after: 0, words: ["a", "b", "c"], on: [0, 4, 2] }]);

const row = {
  ...{ rank: 0, start: 10, stop: 12, overlap: 4, union: 5, cells: 4, folded: 0 },
  ...{ context: sent, items: matchItems(sent, 0, 10, 12, 1) },
} satisfies MatchRow;

test("the squares of a row are one background, with gaps where there is no colour", () => {
  const color: StepColor = (item) => (item.word === "b" ? null : `red${item.slot}`);
  expect(gradient(row, 10, color)).toBe(
    "linear-gradient(to right, red0 0px 9px, transparent 9px 20px, red2 20px 29px, transparent 29px)",
  );
});

test("a row has what comes before the match, the match with its hidden steps, and what follows", () => {
  const long = context([{ before: 1, shown: 2, after: 1, words: ["a", "b", "c", "d"] }]);
  const items = matchItems(long, 0, 10, 500, 1);
  const [before, inside, after] = partsOf({ ...row, start: 10, stop: 500, items, context: long });
  const texts = (part: typeof items) => part.map((item) => (item.kind === "step" ? item.word : item.count));
  expect([before, inside, after].map(texts)).toEqual([["a"], ["b", "c", 488], ["d"]]);
});
