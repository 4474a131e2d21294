import { describe, expect, test } from "vitest";
import { radius } from "../../src/scatter/draw";
import { countLabels } from "../../src/scatter/legend";
import { statusText } from "../../src/scatter/page";
import { decodePoints, describePoint } from "../../src/scatter/points";
import { colorRank } from "../../src/scatter/view_state";
import { plotOf } from "./fixtures";

const all = () => true;

describe("a point is described", () => {
  const points = plotOf().model._points.value;

  test("by its words, its label and its steps", () => {
    expect(describePoint(points, 0, all)).toBe("“a little bottle” · NOUN · steps 5 to 7");
    expect(describePoint(points, 3, all)).toBe("“x” · NOUN · step 30");
    expect(describePoint(points, 4, all)).toBe("“y” · VERB · steps 1,000 to 1,001");
  });

  test("by which one it is of those at its place that are shown", () => {
    expect(describePoint(points, 6, all)).toBe("“so” · NOUN · step 60 · 2 of 2 here");
    expect(describePoint(points, 6, (point) => point !== 1)).toBe("“so” · NOUN · step 60");
  });

  test("without words where there are none", () => {
    expect(describePoint({ ...points, words: null }, 3, all)).toBe("NOUN · step 30");
  });
});

test("there are no points until they have come", () => {
  const none = decodePoints(null);
  expect([none.count, none.axes, none.extent]).toEqual([0, ["", ""], [-1, 1, -1, 1]]);
});

test("the status has how many phrases stand out, or else what can be done", () => {
  expect(statusText(plotOf().model)).toBe("7 phrases · click picks, Shift-drag selects");
  expect(statusText(plotOf({ _lit: [1], selected: [2, 3] }).model)).toBe(
    "7 phrases · 1 lit by matches · 2 selected",
  );
});

test("the legend has how many points each label has", () => {
  expect([...countLabels(plotOf().model._points.value)]).toEqual([4, 2, 1]);
});

test("labels after the twelfth share a colour", () => {
  expect([0, 11, 12, 40].map(colorRank)).toEqual([0, 11, 12, 12]);
});

test("points are smaller the more there are, larger the nearer, and never too small to be seen", () => {
  const sizes = [10, 1000, 100_000].map((count) => radius(count, 1, 1));
  expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  expect(radius(1000, 16, 1)).toBeGreaterThan(radius(1000, 1, 1));
  expect(radius(10 ** 9, 0.01, 1)).toBe(1.6);
  expect(radius(1000, 1, 2)).toBe(2 * radius(1000, 1, 1));
});

test("points whose label is hidden are not shown", () => {
  const { model, view } = plotOf();
  model.set("hidden_labels", ["VERB"]);
  expect([0, 1, 4, 5].map(view.shown.value)).toEqual([true, false, false, true]);
});

test("what is in view is all points, unless a part has been chosen", () => {
  const { view, transport } = plotOf();
  expect(view.box.value).toEqual([-1, 21, -0.5, 10.5]);
  transport.set("view", null);
  expect(view.box.value).toEqual([-1, 21, -0.5, 10.5]);
  transport.set("view", [0, 1, 0, 1]);
  expect(view.box.value).toEqual([0, 1, 0, 1]);
});
