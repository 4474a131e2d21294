import { expect, test } from "vitest";
import { statusText } from "../../src/scatter/page";
import { plotOf } from "./fixtures";

test("the status has how many phrases stand out, or else what can be done", () => {
  expect(statusText(plotOf().model)).toBe("7 phrases · click picks, Shift-drag selects");
  expect(statusText(plotOf({ _lit: [1], selected: [2, 3] }).model)).toBe(
    "7 phrases · 1 lit by matches · 2 selected",
  );
});
