import { expect, test } from "vitest";
import { takeCells, toggleTaken } from "../../../src/explorer/contrast/taking";
import { pageOf } from "../fixtures";

const DOGS = { name: "dogs", count: 2, phrases: [[4, 6] as const, [8, 9] as const], lines: [] };

test("cells are taken at the selection, and without one at the first phrase of their set", () => {
  const { model, view, transport } = pageOf();
  takeCells(model, view, [3, 7], DOGS);
  expect(model.selection.value).toEqual([4, 6]);
  expect(transport.messages.at(-1)).toEqual({ take_cells: [3, 7] });
  model.set("selection", [20, 22]);
  takeCells(model, view, [3], DOGS);
  expect(model.selection.value).toEqual([20, 22]);
});

test("a cell is added to the selected ones, and taken out again", () => {
  const { model, view, transport } = pageOf({ selection: [20, 22], selected_cells: [5], added_cells: [9] });
  toggleTaken(model, view, 7, DOGS);
  expect(model.added_cells.value).toEqual([7, 9]);
  toggleTaken(model, view, 5, DOGS);
  expect(model.deselected_cells.value).toEqual([5]);
  expect(transport.messages).not.toContainEqual({ take_cells: [7] });
});
