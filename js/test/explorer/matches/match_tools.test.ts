import { describe, expect, test } from "vitest";
import { leftWithin, shownTrack } from "../../../src/explorer/matches/label_table";
import { barHeight, barWidth, placeAfter } from "../../../src/explorer/matches/match_lengths";
import { nextCount } from "../../../src/explorer/matches/match_more";
import { parseCount } from "../../../src/explorer/matches/match_options";
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

describe("the list gets longer", () => {
  test("by a step while there are more matches than it holds", () => {
    expect(nextCount(50, 50, 1204)).toBe(100);
    expect(nextCount(50, 50, null)).toBe(100);
    expect(nextCount(70, 70, 1204)).toBe(100);
  });

  test("not where all are shown, and no longer than can be listed", () => {
    expect(nextCount(50, 50, 50)).toBeNull();
    expect(nextCount(50, 30, null)).toBeNull();
    expect(nextCount(20_000, 20_000, null)).toBeNull();
  });

  test("to the number that is typed", () => {
    expect(["1,000", "7", "0", "many"].map(parseCount)).toEqual([1000, 7, null, null]);
  });
});

describe("the bars of the lengths", () => {
  test("share a width, within limits", () => {
    expect([1, 17, 100].map(barWidth)).toEqual([14, 10, 5]);
  });

  test("are seen wherever they stand for something", () => {
    expect([0, 0.001, 0.5, 1].map(barHeight)).toEqual([0, 1, 11, 22]);
  });

  test("keys go from one to the next, and stop at the ends", () => {
    const keys = ["ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown", "Home", "End", "a"];
    expect(keys.map((key) => placeAfter(key, 1, 3))).toEqual([2, 2, 0, 0, 0, 2, null]);
    expect([placeAfter("ArrowRight", 2, 3), placeAfter("ArrowLeft", 0, 3)]).toEqual([2, 0]);
  });
});

describe("the table of labels", () => {
  const matches = { start: [1], stop: [2], overlap: [1], union: [1] };
  const open = (traits: object) => shownTrack(pageOf({ _label_table: "pos", ...traits }).model);

  test("is open while its track has a heatmap and there are matches", () => {
    expect(open({ match_tracks: ["pos"], matches })).toBe("pos");
    expect(open({ match_tracks: ["p"], matches })).toBeNull();
    expect(open({ match_tracks: ["pos"] })).toBeNull();
    expect(open({ match_tracks: ["pos"], matches, _label_table: null })).toBeNull();
  });

  test("stands under its head, as far left as keeps it within the page", () => {
    expect(leftWithin(100, 300, 800)).toBe(100);
    expect(leftWithin(600, 300, 800)).toBe(496);
    expect(leftWithin(600, 900, 800)).toBe(4);
  });
});
