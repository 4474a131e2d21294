import { describe, expect, test } from "vitest";
import { createMatchList } from "../../../src/explorer/matches/match_list";
import { pageOf } from "../fixtures";
import { numbered, sentContext } from "./sent_matches";

const matches = { start: [10, 40, 11], stop: [12, 41, 13], overlap: [4, 3, 2], union: [6, 4, 4] };
const _match_context = sentContext([
  { before: 1, shown: 2, after: 1, words: numbered(4) },
  { before: 0, shown: 1, after: 1, words: numbered(2) },
  { before: 1, shown: 2, after: 0, words: numbered(3) },
]);
const listOf = (traits: object) => createMatchList(pageOf(traits).model);

describe("the list of matches", () => {
  test("has a row for each, with its numbers and its words", () => {
    const list = listOf({ matches, _match_context });
    expect([list.ranks.value, list.slots.value, list.folded.value]).toEqual([[0, 1, 2], 4, 0]);
    expect(list.row(1)).toMatchObject({
      rank: 1,
      start: 40,
      stop: 41,
      overlap: 3,
      union: 4,
      cells: 4,
      folded: 0,
    });
    expect(list.row(1).items.map((item) => [item.slot, item.kind === "step" && item.step])).toEqual([
      [1, 40],
      [2, 41],
    ]);
  });

  test("folds a match away that overlaps a better one, and says in how many", () => {
    const list = listOf({ matches, _match_context, fold_matches: true });
    expect([list.ranks.value, list.folded.value]).toEqual([[0, 1], 1]);
    expect([list.row(0).folded, list.row(1).folded]).toEqual([1, 0]);
  });

  test("shows the numbers alone until the words have come", () => {
    const list = listOf({ matches, _match_context: sentContext([]) });
    expect(list.row(0).items).toEqual([]);
    expect([list.context.value.cells, list.context.value.seconds]).toEqual([4, 0.5]);
  });
});
