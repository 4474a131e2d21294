import { describe, expect, test } from "vitest";
import { colorChoices, comparableNames } from "../../../src/explorer/matches/match_tools";
import { NEXT, POS, PROBABILITY, pageOf } from "../fixtures";
import { numbered, sentContext } from "./sent_matches";

describe("heatmaps and colours", () => {
  const _tracks = [POS, PROBABILITY, NEXT, { ...POS, name: "late" }];
  const _match_context = sentContext([{ before: 0, shown: 1, after: 0, words: numbered(1) }]);

  test("can be chosen of tracks with one label or number a step; in a saved view, of those that were saved", () => {
    expect(comparableNames(pageOf({ _tracks, _match_context }).model)).toEqual(["pos", "p", "late"]);
    expect(comparableNames(pageOf({ _tracks, _match_context }, { live: false }).model)).toEqual(["pos", "p"]);
  });

  test("colours are those of the overlap, of a track, or none", () => {
    expect(colorChoices(["pos", "overlap"])).toEqual(["overlap", "pos", null]);
  });
});
