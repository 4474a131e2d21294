import { describe, expect, test } from "vitest";
import { staysHere } from "../../src/shared/keep_keys";

const NONE = {
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  getModifierState: () => false,
};
const pressed = (key: string, more: object = {}) => ({ ...NONE, key, ...more });

describe("a key pressed in the widget", () => {
  test("stays there without Ctrl and ⌘, whatever it means", () => {
    for (const key of ["b", "x", "0", "Enter", " ", "Tab", "Escape", "ArrowDown", "F9"]) {
      expect(staysHere(pressed(key), false)).toBe(true);
    }
    expect(staysHere(pressed("Enter", { shiftKey: true }), false)).toBe(true);
    expect(staysHere(pressed("Enter", { altKey: true }), false)).toBe(true);
  });

  test("is the notebook's with Ctrl or ⌘: it saves, runs, and finds commands", () => {
    expect(staysHere(pressed("s", { ctrlKey: true }), true)).toBe(false);
    expect(staysHere(pressed("s", { metaKey: true }), false)).toBe(false);
    expect(staysHere(pressed("Enter", { ctrlKey: true }), true)).toBe(false);
    expect(staysHere(pressed("C", { ctrlKey: true, shiftKey: true }), false)).toBe(false);
  });

  test("stays where it undoes", () => {
    expect(staysHere(pressed("z", { ctrlKey: true }), false)).toBe(true);
    expect(staysHere(pressed("Z", { metaKey: true, shiftKey: true }), false)).toBe(true);
  });

  test("stays where it edits a field, and where AltGr writes a character", () => {
    expect(staysHere(pressed("a", { ctrlKey: true }), true)).toBe(true);
    expect(staysHere(pressed("Backspace", { metaKey: true }), true)).toBe(true);
    expect(staysHere(pressed("a", { ctrlKey: true }), false)).toBe(false);
    const altGr = { ctrlKey: true, altKey: true, getModifierState: (name: string) => name === "AltGraph" };
    expect(staysHere(pressed("@", altGr), false)).toBe(true);
    expect(staysHere(pressed("@", { ...altGr, getModifierState: () => false }), false)).toBe(false);
  });
});
