import { signal } from "@preact/signals-core";
import { expect, it } from "vitest";
import { describeResults } from "../../src/explorer/announce";

function shown(
  selection: [number, number] | null,
  cells: number,
  matches: number,
  candidates: number | null,
) {
  const rows = Array.from({ length: matches }, () => 0);
  return {
    selection: signal(selection),
    selected_cells: signal(Array.from({ length: cells }, (_, i) => i)),
    matches: signal({ start: rows, stop: rows, overlap: rows, union: rows }),
    _n_candidates: signal(candidates),
    _window: signal({ start: 5, stop: 20, words: "a b c d e f g h i j k l m n o".split(" ") } as never),
  };
}

it("says what is selected and what came of it", () => {
  expect(describeResults(shown([6, 9], 7, 50, 1204))).toBe(
    "Selected “b c d”, 3 steps: 7 cells on; 50 matches of 1,204.",
  );
  expect(describeResults(shown([6, 7], 1, 1, 1))).toBe("Selected “b”, 1 step: 1 cell on; 1 match.");
  expect(describeResults(shown(null, 0, 0, 0))).toBe("Nothing is selected.");
});

it("says few of many words, and none that are not known", () => {
  expect(describeResults(shown([5, 15], 0, 0, null))).toBe(
    "Selected “a b c d e f g h …”, 10 steps: 0 cells on; 0 matches.",
  );
  expect(describeResults(shown([100, 102], 2, 3, null))).toBe("Selected 2 steps: 2 cells on; 3 matches.");
});
