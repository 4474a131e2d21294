import { beforeEach, expect, test } from "vitest";
import type { Model } from "../../../src/explorer/model";
import { moveHandle } from "../../../src/explorer/words/pattern";
import { dispatch, FakeElement } from "../../shared/fake_element";
import { pageOf } from "../fixtures";

let model: Model;
let before: FakeElement;
let after: FakeElement;

beforeEach(() => {
  const page = pageOf({ position: 100, selection: [104, 106], _selection_bounds: [102, 115] });
  model = page.model;
  [before, after] = [new FakeElement(), new FakeElement()];
  const row = new FakeElement();
  moveHandle(before.element, row.element, "off_before", model, page.view);
  moveHandle(after.element, row.element, "off_after", model, page.view);
});

/** Drag a handle to the border before a step. */
function drag(handle: FakeElement, step: number) {
  handle.send("pointerdown", {});
  handle.send("pointermove", { clientX: 30 * (step - 100) });
}

test("a handle is dragged outward to the nearest border between two words", () => {
  drag(before, 103.4);
  drag(after, 108.6);
  expect([model.off_before.value, model.off_after.value]).toEqual([1, 3]);
});

test("a handle goes as far as the sequence, and not into the selection", () => {
  drag(before, 100);
  expect(model.off_before.value).toBe(2);
  drag(after, 104);
  expect(model.off_after.value).toBe(0);
});

test("a drag that is cancelled puts the handle back", () => {
  model.set("off_after", 2);
  drag(after, 110);
  expect(model.off_after.value).toBe(4);
  dispatch(after.ownerDocument, "keydown", { key: "Escape" });
  expect(model.off_after.value).toBe(2);
});

test("arrow keys that point outward, and up, add a step; Home takes all away", () => {
  const press = (handle: FakeElement, key: string) => handle.send("keydown", { key });
  press(before, "ArrowLeft");
  press(after, "ArrowRight");
  press(after, "ArrowUp");
  expect([model.off_before.value, model.off_after.value]).toEqual([1, 2]);
  press(before, "ArrowRight");
  press(after, "ArrowDown");
  expect([model.off_before.value, model.off_after.value]).toEqual([0, 1]);
  press(after, "Home");
  expect(model.off_after.value).toBe(0);
  expect(press(after, "Tab").defaultPrevented).toBe(false);
});

test("there are no steps to be off without a selection", () => {
  model.set("selection", null);
  drag(after, 108);
  expect(model.off_after.value).toBe(0);
});
