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
const IN_WORDS = { isSelecting: true, isText: false };
const ELSEWHERE = { isSelecting: false, isText: false };
const IN_TEXT = { isSelecting: false, isText: true };

test("Ctrl-Z undoes and Ctrl-Shift-Z redoes, in fields for text what was typed", () => {
  const undo = { ...KEY, key: "z", ctrlKey: true };
  expect(meaningOf(undo, IN_WORDS, false)).toBe("undo");
  expect(meaningOf({ ...undo, key: "Z", shiftKey: true }, ELSEWHERE, false)).toBe("redo");
  expect(meaningOf(undo, IN_TEXT, false)).toBeNull();
});

test("Escape lets the selection go only where words are selected, if nothing else takes the key", () => {
  const pressed = { ...KEY, key: "Escape" };
  expect(meaningOf(pressed, IN_WORDS, true)).toBe("deselect");
  expect(meaningOf(pressed, IN_WORDS, false)).toBeNull();
  expect(meaningOf(pressed, ELSEWHERE, true)).toBeNull();
  expect(meaningOf({ ...pressed, defaultPrevented: true }, IN_WORDS, true)).toBeNull();
  expect(meaningOf({ ...KEY, key: "a" }, IN_WORDS, true)).toBeNull();
});
