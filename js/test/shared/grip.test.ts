import { expect, test } from "vitest";
import { moveOf } from "../../src/shared/grip";

test("keys move the lower edge of the page", () => {
  expect(["ArrowDown", "ArrowUp", "PageDown", "PageUp", "Enter"].map(moveOf)).toEqual([
    20,
    -20,
    100,
    -100,
    null,
  ]);
});
