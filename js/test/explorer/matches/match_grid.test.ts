import { describe, expect, test } from "vitest";
import { geometryOf } from "../../../src/explorer/matches/match_grid";
import { createMatchList } from "../../../src/explorer/matches/match_list";
import { POS, PROBABILITY, pageOf } from "../fixtures";
import { numbered, sentContext } from "./sent_matches";

const traits = {
  matches: { start: [10], stop: [12], overlap: [4], union: [6] },
  _match_context: sentContext([{ before: 1, shown: 2, after: 1, words: numbered(4) }]),
  _tracks: [POS, PROBABILITY],
};

describe("the grid", () => {
  test("shares the width of the page between words and heatmaps", () => {
    const { model, view } = pageOf({ ...traits, match_tracks: ["pos"] }, { width: 322 + 2 * 14 + 400 });
    const { word, square, slots, heatmaps } = geometryOf(createMatchList(model), model, view);
    expect([slots, heatmaps.length]).toEqual([4, 2]);
    expect([word, square]).toEqual([56, 22]);
  });

  test("lets words be narrower where there are more heatmaps", () => {
    const widths = [[], ["pos"], ["pos", "p"]].map((match_tracks) => {
      const { model, view } = pageOf({ ...traits, match_tracks }, { width: 500 });
      return geometryOf(createMatchList(model), model, view).word;
    });
    expect(widths).toEqual([...widths].sort((a, b) => b - a));
  });

  test("has no colour for words where none is chosen", () => {
    const { model, view } = pageOf({ ...traits, color_by: null });
    expect(geometryOf(createMatchList(model), model, view).wordColor).toBeNull();
  });
});
