import { expect, test } from "vitest";
import { predictionsText, rampStops, stackText } from "../../../src/explorer/tracks/legend";
import { NEXT, POS, PROBABILITY, QUOTED } from "../fixtures";

test("the ramp of a legend runs from the least value to the greatest", () => {
  const stops = rampStops([0, 1]);
  expect(stops).toHaveLength(13);
  expect(stops[0]).toContain("var(--lv-ramp) 0%");
  expect(stops[3]).toContain("var(--lv-ramp) 25%");
  expect(stops[12]).toContain("var(--lv-ramp) 100%");
});

test("a ramp with both signs has its two colours", () => {
  const stops = rampStops([-1, 1]);
  expect([stops[0], stops[12]]).toEqual([
    "color-mix(in srgb, var(--lv-ramp-below) 100%, var(--lv-ramp-zero))",
    "color-mix(in srgb, var(--lv-ramp-above) 100%, var(--lv-ramp-zero))",
  ]);
});

test("a legend of predictions says how many are drawn, and what their scores are", () => {
  expect(predictionsText(NEXT)).toBe("2 labels a step, the darker the higher the score (0.00 to 1.00)");
  expect(predictionsText({ ...NEXT, k: 50, range: null })).toBe(
    "the first 10 of 50 labels a step, the darker the higher the score",
  );
});

test("where steps share columns, a legend says what a column shows", () => {
  expect([POS, PROBABILITY, QUOTED, NEXT].map(stackText)).toEqual([
    "a column: the share of its steps with each label",
    "a column: its steps, ordered by value",
    "a column: the darker, the larger its share of ones",
    "a column: its steps, ordered by the score of the first label",
  ]);
});
