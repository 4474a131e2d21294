import { expect, test } from "vitest";
import { arrowCount, historyMove } from "../../src/shared/keys";

const plain = { key: "z", ctrlKey: false, metaKey: false, shiftKey: false, altKey: false };

test("Ctrl-Z and ⌘Z undo, with Shift they redo", () => {
  expect(historyMove({ ...plain, ctrlKey: true })).toBe("undo");
  expect(historyMove({ ...plain, metaKey: true })).toBe("undo");
  expect(historyMove({ ...plain, key: "Z", ctrlKey: true, shiftKey: true })).toBe("redo");
});

test("other keys move nothing", () => {
  expect(historyMove(plain)).toBeNull();
  expect(historyMove({ ...plain, ctrlKey: true, altKey: true })).toBeNull();
  expect(historyMove({ ...plain, key: "y", ctrlKey: true })).toBeNull();
});

test("arrows that point up or right count up, and pages count more", () => {
  const keys = ["ArrowUp", "ArrowRight", "ArrowDown", "ArrowLeft", "PageUp", "PageDown", "a"];
  expect(keys.map((key) => arrowCount(key))).toEqual([1, 1, -1, -1, 10, -10, null]);
});
