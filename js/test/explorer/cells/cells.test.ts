import { describe, expect, test } from "vitest";
import { chipsFor, chipTitle, toggleSelected } from "../../../src/explorer/cells/cells";
import { floats, pageOf } from "../fixtures";

function keys(traits: object, showsAll = false) {
  const { model, view } = pageOf(traits);
  return chipsFor(showsAll, model, view).map(({ key }) => key);
}

describe("the chips", () => {
  test("are the selected cells and those left out, in the order of their numbers", () => {
    expect(keys({ selected_cells: [5, 1], deselected_cells: [3] })).toEqual([
      "selected 1",
      "selected 3",
      "selected 5",
    ]);
  });

  test("are followed by the pinned cells that are not among them, behind a rule", () => {
    const pinned_cells = { 9: "#123456", 5: null, 7: null };
    expect(keys({ selected_cells: [5], pinned_cells })).toEqual([
      "selected 5",
      "rule",
      "pinned 7",
      "pinned 9",
    ]);
    expect(keys({ pinned_cells })).toEqual(["pinned 5", "pinned 7", "pinned 9"]);
  });

  test("are 200 until more are asked for", () => {
    const selected_cells = Array.from({ length: 230 }, (_, cell) => cell);
    expect(keys({ selected_cells })).toHaveLength(201);
    expect(keys({ selected_cells }).at(-1)).toBe("more");
    expect(keys({ selected_cells }, true)).toHaveLength(231);
    expect(keys({ selected_cells: selected_cells.slice(30) })).toHaveLength(200);
  });

  test("are 200 of the other pinned cells until more are asked for", () => {
    const pinned_cells = Object.fromEntries(Array.from({ length: 10_000 }, (_, cell) => [cell, null]));
    const some = keys({ selected_cells: [5], pinned_cells });
    expect(some).toHaveLength(1 + 1 + 200 + 1);
    expect(some.slice(-2)).toEqual(["pinned 200", "more pinned"]);
    expect(keys({ selected_cells: [5], pinned_cells }, true)).toHaveLength(1 + 1 + 9_999 + 1);
  });

  test("are in the order of how well they go with a label, where one is chosen", () => {
    const _alignment = {
      ...{ layer: "a", track: "pos", label: "NOUN", best: [], error: "" },
      ...{ f1: floats(0.25, 0.75, 0.5), auc: floats(0, 0, 0) },
    };
    const traits = { selected_cells: [0, 2], deselected_cells: [1], _alignment };
    expect(keys(traits)).toEqual(["selected 2", "selected 0", "selected 1"]);
    // A cell that was added by hand is not left out, whatever else was said of it.
    expect(keys({ ...traits, added_cells: [1] })).toEqual(["selected 2", "selected 0"]);
  });
});

test("a chip says what a click and what the key P would do", () => {
  expect(chipTitle("3", false, false, false)).toBe("leave cell 3 out; P: pin it in a colour of its own");
  expect(chipTitle("3", false, true, true)).toBe("leave cell 3 out, added by hand; P: unpin it");
  expect(chipTitle("3", true, false, true)).toBe("put cell 3 back; P: unpin it");
});

describe("a click on a chip", () => {
  test("leaves the cell out, or puts it back", () => {
    const { model } = pageOf({ deselected_cells: [8] });
    toggleSelected(model, 3);
    expect(model.deselected_cells.value).toEqual([3, 8]);
    toggleSelected(model, 8);
    expect(model.deselected_cells.value).toEqual([3]);
  });

  test("takes a cell away that was added by hand", () => {
    const { model } = pageOf({ added_cells: [3, 4] });
    toggleSelected(model, 3);
    expect([model.added_cells.value, model.deselected_cells.value]).toEqual([[4], []]);
  });
});
