import { describe, expect, test } from "vitest";
import { heatmapsOf, wordColorOf } from "../../../src/explorer/matches/match_colors";
import type { MatchRow } from "../../../src/explorer/matches/match_list";
import type { StepColor } from "../../../src/explorer/matches/match_rows";
import { matchItems } from "../../../src/explorer/matches/match_slots";
import { NEXT, POS, PROBABILITY } from "../fixtures";
import { context } from "./sent_matches";

const sent = context([{ before: 1, shown: 2, after: 0, words: ["a", "b", "c"], on: [0, 4, 2] }]);

const row = {
  ...{ rank: 0, start: 10, stop: 12, overlap: 4, union: 5, cells: 4, folded: 0 },
  ...{ context: sent, items: matchItems(sent, 0, 10, 12, 1) },
} satisfies MatchRow;

const colors = (color: StepColor | null | undefined) =>
  row.items.map((item) => (item.kind === "step" ? color?.(item, row) : null));

describe("heatmaps", () => {
  test("are that of the overlap and one for each chosen track with one label or number a step", () => {
    const heatmaps = heatmapsOf([POS, PROBABILITY, NEXT], ["p", "next", "gone", "pos"]);
    expect(heatmaps.map(({ track }) => track)).toEqual([null, "p", "pos"]);
  });

  test("of the overlap are the stronger the more selected cells are on", () => {
    const found = colors(heatmapsOf([], [])[0]?.color);
    expect(found[0]).toContain("calc(0 * var(--lv-share-heat)");
    expect(found[1]).toContain("calc(1 * var(--lv-share-heat)");
    expect(found[2]).toContain("calc(0.33 * var(--lv-share-heat)");
  });

  test("of labels are paler in the context of a match, and have gaps where there is no label", () => {
    const [, pos] = heatmapsOf([{ ...POS, labels: ["NOUN", "DET"] }], ["pos"]);
    const [before, match, none] = colors(pos?.color);
    expect(before).toContain("var(--lv-label-context)");
    expect(match).toBe("color-mix(in srgb, var(--lv-label-1) var(--lv-label-strength), var(--lv-ground))");
    expect(none).toBeNull();
  });

  test("of numbers are not: a paler number would be another", () => {
    const [, p] = heatmapsOf([PROBABILITY], ["p"]);
    expect(new Set(colors(p?.color)).size).toBe(1);
  });
});

describe("words", () => {
  test("are coloured by the overlap, by a track, or not at all", () => {
    expect(colors(wordColorOf([], "overlap"))[1]).toContain("var(--lv-share-words)");
    expect(colors(wordColorOf([PROBABILITY], "p"))[1]).toContain("var(--lv-ramp) 20%");
    expect(wordColorOf([PROBABILITY], null)).toBeNull();
    expect(wordColorOf([PROBABILITY, NEXT], "next")).toBeNull();
    expect(wordColorOf([PROBABILITY], "gone")).toBeNull();
  });
});
