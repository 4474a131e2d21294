import { expect, test } from "vitest";
import { meaningOf } from "../../src/explorer/page_keys";

const KEY = {
  key: "",
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  defaultPrevented: false,
};
const NOWHERE = { isField: false, isText: false };
const IN_TEXT = { isField: true, isText: true };
const IN_MENU = { isField: true, isText: false };

test("Ctrl-Z undoes and Ctrl-Shift-Z redoes, in fields for text what was typed", () => {
  const undo = { ...KEY, key: "z", ctrlKey: true };
  expect(meaningOf(undo, NOWHERE, false)).toBe("undo");
  expect(meaningOf({ ...undo, key: "Z", shiftKey: true }, IN_MENU, false)).toBe("redo");
  expect(meaningOf(undo, IN_TEXT, false)).toBeNull();
});

test("Escape lets the selection go where nothing else takes the key", () => {
  const pressed = { ...KEY, key: "Escape" };
  expect(meaningOf(pressed, NOWHERE, true)).toBe("deselect");
  expect(meaningOf(pressed, NOWHERE, false)).toBeNull();
  expect(meaningOf(pressed, IN_MENU, true)).toBeNull();
  expect(meaningOf({ ...pressed, defaultPrevented: true }, NOWHERE, true)).toBeNull();
  expect(meaningOf({ ...KEY, key: "a" }, NOWHERE, true)).toBeNull();
});
