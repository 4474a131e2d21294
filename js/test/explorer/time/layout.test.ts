import { expect, test } from "vitest";
import { clampPosition, positionShowing, stepAt, stepsThatFit } from "../../../src/explorer/time/layout";

test("only whole steps fit beside the label column", () => {
  expect(stepsThatFit(58 + 300, 30)).toBe(10);
  expect(stepsThatFit(58 + 299, 30)).toBe(9);
  expect(stepsThatFit(20, 30)).toBe(1);
});

test("a pixel belongs to the step that is drawn there", () => {
  expect(stepAt(0, 100, 30)).toBe(100);
  expect(stepAt(29.9, 100, 30)).toBe(100);
  expect(stepAt(30, 100, 30)).toBe(101);
});

test("the page never ends after the last step", () => {
  expect(clampPosition(95, 100, 10)).toBe(90);
  expect(clampPosition(-3, 100, 10)).toBe(0);
  expect(clampPosition(5, 4, 10)).toBe(0);
});

test("a match is shown a third from the left, with what comes before it", () => {
  expect(positionShowing([500, 504], 1000, 30)).toBe(490);
  expect(positionShowing([2, 6], 1000, 30)).toBe(0);
});
