import { expect, test } from "vitest";
import { parseEnd } from "../../../src/sequences/all/filter_menu";

test("an end of a range is a number, or open", () => {
  expect(parseEnd(" 0.5 ")).toBe(0.5);
  expect(parseEnd("−2")).toBe(-2);
  expect(parseEnd("  ")).toBeNaN();
  expect(parseEnd("few")).toBeNull();
});
