import { expect, test } from "vitest";
import { decodeMatchContext, trackValueAt } from "../../../src/explorer/matches/match_context";
import { context, numbered } from "./sent_matches";

test("the words of each match begin where those of the one before end", () => {
  const sent = context([
    { before: 1, shown: 2, after: 0, words: numbered(3) },
    { before: 0, shown: 1, after: 3, words: numbered(4) },
    { before: 0, shown: 1, after: 0, words: numbered(1) },
  ]);
  expect([...sent.first]).toEqual([0, 3, 7]);
  expect(sent.vocabulary).toEqual(["w0", "w1", "w2", "w3"]);
});

test("tracks have a code or a number at each place", () => {
  const sent = context([{ before: 0, shown: 2, after: 0, words: numbered(2) }]);
  expect(trackValueAt(sent, "pos", 1)).toBe(1);
  expect(trackValueAt(sent, "p", 1)).toBe(0.5);
  expect(trackValueAt(sent, "no such track", 1)).toBeUndefined();
});

test("nothing sent is no words", () => {
  expect(decodeMatchContext(null).before.length).toBe(0);
});
