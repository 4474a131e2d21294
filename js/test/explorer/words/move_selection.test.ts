import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { moveSelection, stepsMoved } from "../../../src/explorer/words/move_selection";
import { dispatch, FakeElement } from "../../shared/fake_element";
import { pageOf } from "../fixtures";

beforeEach(() => {
  vi.stubGlobal("requestAnimationFrame", () => 0);
});

afterEach(() => {
  vi.unstubAllGlobals();
});

function moving(traits: object = {}) {
  const page = pageOf({ position: 100, selection: [103, 106], _selection_bounds: [95, 115], ...traits });
  const [bar, row] = [new FakeElement(), new FakeElement()];
  moveSelection(bar.element, row.element, page.model, page.view);
  const at = (type: string, step: number) => bar.send(type, { clientX: 30 * (step - 100) + 15 });
  return { ...page, bar, at };
}

test("arrow keys move the selection by a step, with Shift by its own length", () => {
  const key = (name: string, shiftKey = false) => stepsMoved({ key: name, shiftKey }, [10, 14]);
  expect([key("ArrowRight"), key("ArrowDown"), key("ArrowUp", true), key("ArrowLeft", true)]).toEqual([
    1, -1, 4, -4,
  ]);
  expect([key("Home"), key("End"), key("a")]).toEqual([
    Number.NEGATIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    null,
  ]);
});

test("a moved selection stays within its sequence and comes into sight", () => {
  const { model, bar } = moving();
  bar.send("keydown", { key: "End" });
  expect([model.selection.value, model.position.value]).toEqual([[112, 115], 105]);
  bar.send("keydown", { key: "Home" });
  expect([model.selection.value, model.position.value]).toEqual([[95, 98], 95]);
});

test("the bar is dragged as a whole, from where it was caught", () => {
  const { model, at } = moving();
  at("pointerdown", 105);
  at("pointermove", 107);
  expect(model.selection.value).toEqual([105, 108]);
  at("pointermove", 101);
  expect(model.selection.value).toEqual([99, 102]);
  at("pointerup", 101);
  expect(model.selection.value).toEqual([99, 102]);
});

test("a drag that is cancelled puts the selection back", () => {
  const { model, bar, at } = moving();
  at("pointerdown", 105);
  at("pointermove", 107);
  dispatch(bar.ownerDocument, "keydown", { key: "Escape" });
  expect(model.selection.value).toEqual([103, 106]);
});

test("the bar says where the selection may go", () => {
  const { bar } = moving();
  expect(["min", "max", "now", "text"].map((name) => bar.getAttribute(`aria-value${name}`))).toEqual([
    "95",
    "112",
    "103",
    "steps 103 to 106",
  ]);
});

test("where several ranges are selected, it moves the current one among them", () => {
  const several = {
    selection: [103, 106],
    selected_ranges: [
      [90, 92],
      [103, 106],
    ],
    _n_ranges: 2,
  };
  const { model, view, transport, bar, at } = moving(several);
  at("pointerdown", 105);
  at("pointermove", 107);
  expect(view.ranges.value).toEqual([
    [90, 92],
    [105, 108],
  ]);
  at("pointerup", 107);
  bar.send("keydown", { key: "ArrowRight" });
  expect(transport.messages).toEqual([
    { select: { add: [105, 108], instead: [103, 106] } },
    { select: { add: [106, 109], instead: [105, 108] } },
  ]);
  expect([view.ranges.value.length, model.selection.value]).toEqual([2, [103, 106]]);
});
