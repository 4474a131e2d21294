import { expect, test } from "vitest";
import { parseThreshold, thresholdText } from "../../../src/explorer/plot/threshold_text";
import { pageOf } from "../fixtures";

const LEAST = 2 ** -149;
const { model } = pageOf({ _least_above_zero: LEAST, _threshold_step: 0.01 });

test("the least number above 0 is shown as what it means, and any other as a number", () => {
  expect(thresholdText(LEAST, model)).toBe("> 0");
  expect(thresholdText(0, model)).toBe("0.00");
  expect(thresholdText(0.3, model)).toBe("0.30");
});

test("it can be typed as it is shown", () => {
  expect(parseThreshold("> 0", model)).toBe(LEAST);
  expect(parseThreshold(" >0", model)).toBe(LEAST);
  expect(parseThreshold("0.25", model)).toBe(0.25);
  expect(parseThreshold("> 1", model)).toBeNull();
});

test("for integers the text names no threshold", () => {
  expect(parseThreshold("> 0", pageOf({ _least_above_zero: null }).model)).toBeNull();
});
