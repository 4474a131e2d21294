import { describe, expect, test } from "vitest";
import { cellsAt, countShare, histogramBars } from "../../../src/explorer/plot/threshold_counts";

const COUNTS = {
  thresholds: [-0.2, -0.1, 0, 0.1, 0.2, 0.3],
  cells: [9, 8, 5, 3, 1, 0],
  values: [1, 2, 3, 4, 5, 6],
};
/** Ten pixels for 0.1, upwards from 30. */
const toPixel = (value: number) => 30 - value * 100;

describe("the counts of the thresholds", () => {
  test("tells how many cells a threshold of the page would select", () => {
    expect(cellsAt(COUNTS, 0.1)).toBe(3);
    expect(cellsAt(COUNTS, 0.1 + 1e-12)).toBe(3);
    expect(cellsAt(COUNTS, 0.3)).toBe(0);
  });

  test("does not know of others", () => {
    expect(cellsAt(COUNTS, 0.105)).toBeNull();
    expect(cellsAt(COUNTS, 0.4)).toBeNull();
    expect(cellsAt(null, 0.1)).toBeNull();
  });

  test("tells the least number above 0 from 0", () => {
    expect(cellsAt(COUNTS, 0)).toBe(5);
    expect(cellsAt(COUNTS, 2 ** -149)).toBeNull();
  });

  test("has a bar for each step that is high enough", () => {
    const bars = histogramBars(COUNTS, toPixel, [0, 100], 4);
    expect(bars.map(({ count }) => count)).toEqual([1, 2, 3, 4, 5]);
    expect(bars[0]?.bottom).toBeCloseTo(50);
    expect(bars[0]?.top).toBeCloseTo(40);
  });

  test("joins steps until a bar is high enough, with a border at zero", () => {
    const bars = histogramBars(COUNTS, toPixel, [0, 100], 16);
    expect(bars.map(({ count }) => count)).toEqual([3, 7]);
    expect(bars.some(({ bottom }) => Math.abs(bottom - 30) < 1e-9)).toBe(true);
  });

  test("leaves out what is not on the axis", () => {
    const bars = histogramBars(COUNTS, toPixel, [15, 35], 4);
    expect(bars.map(({ count }) => count)).toEqual([2, 3, 4]);
  });

  test("gives few cells more room than their share", () => {
    expect(countShare(0, 650)).toBe(0);
    expect(countShare(650, 650)).toBe(1);
    expect(countShare(25, 650)).toBeCloseTo(0.503, 3);
    expect(countShare(3, 0)).toBe(0);
  });
});
