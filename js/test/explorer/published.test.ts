import { expect, test } from "vitest";
import { attributesOf } from "../../src/explorer/published";
import { pageOf, sentColumns, sentWindow } from "./fixtures";

test("ranges, lists and numbers are published as text, and nothing as an empty one", () => {
  const { model, view } = pageOf({
    selection: [3, 5],
    selected_cells: [1, 4],
    align_with: ["pos", "NOUN"],
    pinned_cells: { 7: null, 9: "#123456" },
    _n_candidates: 18_204,
    _window: sentWindow([[0], [0]], { start: 4 }),
  });
  expect(attributesOf(model, view)).toMatchObject({
    selection: "3-5",
    selectedCells: "1,4",
    alignWith: "pos:NOUN",
    pinnedCells: "7,9",
    candidates: "18204",
    window: "4-6",
    stride: "",
    columns: "",
    lengthFilter: "",
    colorBy: "overlap",
    progress: "",
    ready: "false",
  });
});

test("columns are published with how many steps share them", () => {
  const { model, view } = pageOf({ word_width: 0.5, _columns: sentColumns(), _steps: 4 });
  expect(attributesOf(model, view)).toMatchObject({ stride: "2", columns: "0-4", wordWidth: "0.5" });
});

test("no progress is published where there is no Python", () => {
  const saved = pageOf({ progress: 0.5 }, { live: false });
  expect(attributesOf(saved.model, saved.view).progress).toBe("");
});
