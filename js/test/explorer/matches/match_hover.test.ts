import { expect, test } from "vitest";
import { textsOf } from "../../../src/explorer/matches/match_hover";
import { createMatchList } from "../../../src/explorer/matches/match_list";
import { NEXT, POS, PROBABILITY, pageOf } from "../fixtures";
import { numbered, sentContext } from "./sent_matches";

const traits = {
  matches: { start: [10], stop: [12], overlap: [4], union: [6] },
  _match_context: sentContext([{ before: 1, shown: 2, after: 1, words: numbered(4) }]),
  _tracks: [POS, PROBABILITY, NEXT],
};

test("the readout has what the tracks that can be compared have at a step of a match", () => {
  const { model } = pageOf(traits);
  const row = createMatchList(model).row(0);
  expect(textsOf(row, 1, model)).toEqual(["DET", "p 0.50"]);
  expect(textsOf(row, 3, model)).toEqual(["p 0.50"]);
});
