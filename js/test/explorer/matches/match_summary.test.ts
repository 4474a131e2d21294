import { describe, expect, test } from "vitest";
import { createMatchList } from "../../../src/explorer/matches/match_list";
import { countText, emptySentence, remarksOn } from "../../../src/explorer/matches/match_summary";
import { pageOf } from "../fixtures";
import { sentContext } from "./sent_matches";

const ONE = { start: [10], stop: [12], overlap: [4], union: [6] };

test("the number of matches is that of those listed, of all candidates once these are counted", () => {
  expect(countText(50, 18_204)).toBe("50 of 18,204 matches");
  expect(countText(50, null)).toBe("50 matches");
  expect(countText(1, 1)).toBe("1 match");
  expect(countText(1, 2)).toBe("1 of 2 matches");
  expect(countText(0, 0)).toBe("Matches");
});

describe("the remarks", () => {
  const remarks = (traits: object, live = true) => {
    const { model } = pageOf({ matches: ONE, _match_context: sentContext([]), ...traits }, { live });
    return remarksOn(createMatchList(model), model);
  };

  test("say how long the ranking took, and that the others are being counted", () => {
    expect(remarks({ _n_candidates: 3 })).toEqual(["exact", "500 ms"]);
    expect(remarks({})).toEqual(["exact", "500 ms", "counting the others…"]);
    expect(remarks({}, false)).toEqual(["exact", "500 ms"]);
  });

  test("say what is left out", () => {
    const chosen = {
      _n_candidates: 3,
      _length_histogram: [[2, 2, 3, 1]],
      fold_matches: true,
      length_filter: 2,
    };
    expect(remarks(chosen).slice(2)).toEqual(["none overlap", "length 2 only"]);
    const matches = { start: [10, 11, 12], stop: [13, 13, 13], overlap: [4, 3, 2], union: [6, 6, 6] };
    expect(remarks({ ...chosen, matches })[2]).toBe("2 overlapping ones folded");
  });
});

describe("where there are no matches it is said why", () => {
  const sentence = (traits: object, live = true) => emptySentence(pageOf(traits, { live }).model);
  const selected = { selection: [3, 5], selected_cells: [1] };

  test.each([
    ["nothing is selected", {}, "Drag over words"],
    ["they are looked for", { ...selected, progress: 0.5 }, "Looking for matches"],
    [
      "no cell is on, and something else is computed",
      { ...selected, selected_cells: [], progress: 0.5, _note: "none" },
      "No cell follows",
    ],
    ["they could not be computed", { ...selected, error: "out of memory" }, "This could not be computed"],
    ["no cell follows the pattern", { ...selected, selected_cells: [] }, "No cell follows"],
    [
      "no cell follows the pattern, which is an error as well",
      { ...selected, selected_cells: [], error: "none", _note: "none" },
      "No cell follows",
    ],
    [
      "no cell is on in so many of the phrases",
      {
        ...selected,
        selected_cells: [],
        selected_ranges: [
          [3, 5],
          [7, 8],
        ],
        _n_ranges: 2,
      },
      "No cell follows this pattern in so many of the selected phrases.",
    ],
    ["none is as long", { ...selected, length_filter: 3 }, "No stretch of this length"],
    ["there are none", selected, "No other stretch matches"],
    ["there are some", { ...selected, matches: ONE }, ""],
  ] as const)("%s", (_, traits, said) => {
    const found = sentence(traits);
    expect(found.slice(0, said.length)).toBe(said);
    expect(found === "").toBe(said === "");
  });

  test("a view that was saved too early", () => {
    expect(sentence({ ...selected, progress: 0.5 }, false)).toBe(
      "This view was saved before its matches had come.",
    );
  });
});
