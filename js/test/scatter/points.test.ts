import { describe, expect, test } from "vitest";
import { decodePoints, describePoint } from "../../src/scatter/points";
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
