import { expect, test } from "vitest";
import {
  clampPosition,
  matchColumns,
  positionShowing,
  stepAt,
  stepsThatFit,
} from "../../../src/explorer/time/layout";

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

test("a row of matches fills the room it has, down to what can still be read", () => {
  expect(matchColumns(800, 10)).toEqual({ word: 56, square: 22 });
  expect(matchColumns(818, 28)).toEqual({ word: 23, square: 6 });
  expect(matchColumns(150, 10)).toEqual({ word: 34, square: 10 });
});

test("several heatmaps share the width with the words", () => {
  expect(matchColumns(900, 9, 4)).toEqual({ word: 42, square: 14 });
  expect(matchColumns(5000, 9, 4)).toEqual({ word: 56, square: 22 });
});
