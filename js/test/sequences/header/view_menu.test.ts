import { expect, test } from "vitest";
import { parseWithin } from "../../../src/sequences/header/view_menu";

test("a number within its limits is taken, and no other text", () => {
  expect(parseWithin("2.5", 1, 10)).toBe(2.5);
  expect(["0", "11", "thick", ""].map((text) => parseWithin(text, 1, 10))).toEqual([null, null, null, null]);
});
