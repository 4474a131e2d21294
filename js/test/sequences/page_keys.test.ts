import { expect, test } from "vitest";
import { pressPageKeys } from "../../src/sequences/page_keys";
import { FakeElement } from "../shared/fake_element";
import { pageOf } from "./fixtures";

function pressed(keys: object, inText = false) {
  const { model, transport } = pageOf();
  const root = new FakeElement();
  root.matches = () => inText;
  pressPageKeys(root.element, model);
  const { defaultPrevented } = root.send("keydown", keys);
  return { defaultPrevented, messages: transport.messages };
}

test("Ctrl-Z undoes and Ctrl-Shift-Z redoes", () => {
  expect(pressed({ key: "z", ctrlKey: true })).toEqual({
    defaultPrevented: true,
    messages: [{ undo: true }],
  });
  expect(pressed({ key: "Z", ctrlKey: true, shiftKey: true }).messages).toEqual([{ redo: true }]);
});

test("in a field they undo what was typed, and other keys are left alone", () => {
  const none = { defaultPrevented: false, messages: [] };
  expect(pressed({ key: "z", ctrlKey: true }, true)).toEqual(none);
  expect(pressed({ key: "z" })).toEqual(none);
});
