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

const widthOf = (text: string) => 7 * text.length;

function widths(given: object, width = 1000) {
  const { model, view } = pageOf({ ...traits, ...given }, { width });
  return geometryOf(createMatchList(model), model, view, widthOf);
}

describe("the grid", () => {
  test("shares its width between words and heatmaps, whatever their number", () => {
    for (const width of [700, 1000, 1400, 2000]) {
      for (const match_tracks of [[], ["pos"], ["pos", "p"]]) {
        const { numbers, text, heatmaps, square, squares } = widths({ match_tracks }, width);
        expect(heatmaps).toHaveLength(match_tracks.length + 1);
        expect(numbers + text + heatmaps.length * (square * squares + 14)).toBeLessThanOrEqual(width);
      }
    }
  });

  test("gives the words before a match, and the match, the room that they usually take", () => {
    const { word, before, inside } = widths({});
    expect(word).toBeNull();
    expect([before, inside]).toEqual([Math.ceil(2 * 7 + 8.5), Math.ceil(2 * (2 * 7 + 8.5))]);
  });

  test("keeps the squares of all matches where one is long", () => {
    const one = { before: 1, shown: 2, after: 1, words: numbered(4) };
    const long = { before: 1, shown: 20, after: 1, words: numbered(22) };
    const matches = { start: [10, 50], stop: [12, 550], overlap: [4, 4], union: [6, 6] };
    const { square, squares } = widths({ matches, _match_context: sentContext([one, long]) });
    expect([square, squares]).toEqual([10, 16]);
  });

  test("can have a column for each step", () => {
    const { word, before, inside, text } = widths({ match_layout: "columns" });
    expect([word, before, inside, text]).toEqual([64, 64, null, 4 * 64]);
    expect(widths({ match_layout: "columns" }, 300).word).toBe(64);
  });

  test("sets single characters without gaps", () => {
    const words = ["道", "可", "道", "非"];
    const context = sentContext([{ before: 1, shown: 2, after: 1, words }]);
    expect(widths({ _match_context: context }).ofCharacters).toBe(true);
    expect(widths({}).ofCharacters).toBe(false);
  });

  test("has no colour for words where none is chosen", () => {
    expect(widths({ color_by: null }).wordColor).toBeNull();
  });
});
