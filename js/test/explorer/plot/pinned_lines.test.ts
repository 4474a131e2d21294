import { expect, test } from "vitest";
import { pinHovered } from "../../../src/explorer/plot/pinned_lines";
import { FakeElement } from "../../shared/fake_element";
import { pageOf } from "../fixtures";

test("the hovered cell is pinned by a click with Alt and by the key P", () => {
  const { model, view } = pageOf();
  const plot = new FakeElement();
  pinHovered(plot.element, model, view);
  plot.send("click", { altKey: true });
  expect(model.pinned_cells.value).toEqual({});
  view.hoveredCell.value = 7;
  plot.send("click");
  expect(model.pinned_cells.value).toEqual({});
  plot.send("click", { altKey: true });
  expect(model.pinned_cells.value).toEqual({ 7: null });
  plot.send("keydown", { key: "P" });
  expect(model.pinned_cells.value).toEqual({});
  expect(plot.send("keydown", { key: "p", ctrlKey: true }).defaultPrevented).toBe(false);
});
