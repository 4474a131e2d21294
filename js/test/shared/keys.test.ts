import { expect, test } from "vitest";
import { historyMove } from "../../src/shared/keys";

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
