import { expect, test } from "vitest";
import { pinsOf, togglePin } from "../../../src/explorer/cells/pins";
import { pageOf } from "../fixtures";

test("a pin is set without a colour, which Python chooses, and taken away", () => {
  const { model } = pageOf({ pinned_cells: { 12: "#123456" } });
  togglePin(model, 3);
  expect(model.pinned_cells.value).toEqual({ 3: null, 12: "#123456" });
  expect(pinsOf(model.pinned_cells.value)).toEqual([
    { cell: 3, color: null },
    { cell: 12, color: "#123456" },
  ]);
  togglePin(model, 12);
  expect(model.pinned_cells.value).toEqual({ 3: null });
});
