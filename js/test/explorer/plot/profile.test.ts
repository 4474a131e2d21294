import { describe, expect, test } from "vitest";
import { countTicks, countX, curveOf, placeNumbers } from "../../../src/explorer/plot/profile";

describe("the curve of cells", () => {
  const counts = { thresholds: [-1, 0, 1], cells: [9, 4, 0], values: [] };
  const toPixel = (value: number) => 50 - 40 * value;

  test("has the thresholds of the value axis", () => {
    expect(curveOf(counts, toPixel, [10, 90])).toEqual([
      { y: 90, count: 9 },
      { y: 50, count: 4 },
      { y: 10, count: 0 },
    ]);
    expect(curveOf(counts, toPixel, [30, 90]).map(({ count }) => count)).toEqual([9, 4]);
  });

  test("has ticks at 0, at powers of ten, and at its greatest count", () => {
    expect(countTicks(650)).toEqual([0, 1, 10, 100, 650]);
    expect(countTicks(10)).toEqual([0, 1, 10]);
    expect(countTicks(0)).toEqual([0]);
  });

  test("runs from its left edge to its right edge", () => {
    expect(countX(0, 650)).toBe(44);
    expect(countX(650, 650)).toBe(96);
  });
});

describe("the numbers under it", () => {
  const placed = (most: number, digit: number) => placeNumbers(most, (text) => text.length * digit);

  test("are the greatest, zero, and others as far as there is room", () => {
    expect(placed(650, 6).map(({ text }) => text)).toEqual(["650", "0", "10"]);
    expect(placed(650, 1).map(({ text }) => text)).toEqual(["650", "0", "100", "10", "1"]);
  });

  test("do not overlap, and end at the edges", () => {
    const ranges = placed(12_345, 6).map(
      ({ text, at }) => [at - 3 * text.length, at + 3 * text.length] as const,
    );
    for (const [low, high] of ranges) {
      expect(low).toBeGreaterThanOrEqual(44);
      expect(high).toBeLessThanOrEqual(100);
      expect(ranges.filter((other) => other[0] < high && low < other[1])).toHaveLength(1);
    }
  });

  test("are a single zero where no threshold selects a cell", () => {
    expect(placed(0, 6).map(({ text }) => text)).toEqual(["0"]);
  });
});
