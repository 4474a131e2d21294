import { describe, expect, test } from "vitest";
import {
  columnOf,
  columnsFor,
  extentOf,
  greatestIn,
  meansIn,
  mostFrequentIn,
  pixelsOf,
  stepsOf,
  stepUnder,
} from "../../../src/sequences/current/columns";

describe("columns of steps", () => {
  test("take all the room, a step each, but are no wider than can be read as one step", () => {
    expect(columnsFor([100, 150], 300)).toMatchObject({ stride: 1, count: 50, step: 6, span: 300 });
    expect(columnsFor([7, 8], 300)).toMatchObject({ stride: 1, count: 1, step: 14, span: 14 });
    expect(columnsFor([7, 7], 300)).toMatchObject({ count: 0, span: 0 });
  });

  test("have several steps each where steps would be narrower than a pixel and a half", () => {
    expect(columnsFor([0, 200], 300)).toMatchObject({ stride: 1, count: 200 });
    const columns = columnsFor([50, 251], 300);
    expect(columns).toMatchObject({ stride: 2, count: 101 });
    expect([0, 1, 100].map((column) => stepsOf(columns, column))).toEqual([
      [50, 52],
      [52, 54],
      [250, 251],
    ]);
    expect([49, 50, 51, 52, 250, 251, null].map((step) => columnOf(columns, step))).toEqual([
      ...[null, 0, 0, 1, 100, null, null],
    ]);
  });

  test("are as many as fit, whatever the number of steps", () => {
    for (const steps of [1, 2, 199, 200, 201, 999, 2000, 100_000]) {
      const { count, stride, span } = columnsFor([0, steps], 300);
      expect(count * stride).toBeGreaterThanOrEqual(steps);
      expect((count - 1) * stride).toBeLessThan(steps);
      expect(count).toBeLessThanOrEqual(200);
      expect(span).toBeLessThanOrEqual(300.001);
    }
  });

  test("have the step under the pointer, beyond their ends the first or the last", () => {
    const columns = columnsFor([100, 150], 300);
    expect([-5, 0, 5.9, 6, 299, 400].map((x) => stepUnder(columns, x))).toEqual([
      100, 100, 100, 101, 149, 149,
    ]);
    expect(stepUnder(columnsFor([5, 5], 300), 10)).toBeNull();
    expect(extentOf(columns, [90, 102])).toEqual({ left: 0, width: 12 });
    expect(extentOf(columns, [150, 160])).toBeNull();
  });

  test("lie side by side in whole device pixels, with a gap where there is room for one", () => {
    const narrow = columnsFor([0, 130], 300);
    let end = 0;
    for (let column = 0; column < narrow.count; column++) {
      const { left, width } = pixelsOf(narrow, column, 1);
      expect(left).toBe(end);
      end = left + width;
    }
    expect(end).toBe(300);
    const wide = columnsFor([0, 50], 300);
    expect(pixelsOf(wide, 1, 2)).toEqual({ left: 12, width: 10 });
  });
});

describe("columns of two steps show", () => {
  const columns = { start: 20, stop: 25, stride: 2, count: 3, step: 1, span: 5 };

  test("means of what is known", () => {
    const values = Float32Array.of(1, 10, 3, 20, Number.NaN, 30, 5, 50, Number.NaN, 7);
    expect([...meansIn(columns, values, 2)]).toEqual([2, 15, 5, 40, Number.NaN, 7]);
  });

  test("the step of the greatest value, of equal ones the first", () => {
    const values = Float32Array.of(1, 2, 5, 5, Number.NaN);
    expect([...greatestIn(columns, values)]).toEqual([21, 22, -1]);
  });

  test("the most frequent class, of equally frequent ones the first", () => {
    expect([...mostFrequentIn(columns, Int32Array.of(3, 1, -1, 2, -1))]).toEqual([3, 2, -1]);
  });
});
