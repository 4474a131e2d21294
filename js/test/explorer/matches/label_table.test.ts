import { describe, expect, test } from "vitest";
import { leftWithin, shownTrack } from "../../../src/explorer/matches/label_table";
import { pageOf } from "../fixtures";

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
