import { describe, expect, test } from "vitest";
import { finiteExtent, fixedScale, valueScale } from "../../../src/explorer/time/scale";

describe("the value axis", () => {
  test("covers the layer's range and what is shown, on round numbers", () => {
    const scale = valueScale([-0.9, 0.9], [-0.2, 1.3], 0, 100);
    expect(scale.domain[0]).toBeLessThanOrEqual(-0.9);
    expect(scale.domain[1]).toBeGreaterThanOrEqual(1.3);
    expect(scale.ticks).toContain(0);
  });

  test("runs upwards", () => {
    const scale = valueScale([-1, 1], null, 8, 212);
    expect(scale.toPixel(-1)).toBe(212);
    expect(scale.toPixel(1)).toBe(8);
    expect(scale.toValue(110)).toBeCloseTo(0);
  });

  test("has a length where all values are the same", () => {
    const { domain } = valueScale([2, 2], [2, 2], 0, 100);
    expect(domain[0]).toBeLessThan(2);
    expect(domain[1]).toBeGreaterThan(2);
  });
});

describe("the value axis of numbers near the greatest there is", () => {
  const most = Number.MAX_VALUE;

  test.each([
    [-most, most],
    [-1e308, 1e308],
    [0, most],
    [most, most],
    [-most, -most],
    [-3, most],
  ])("%d to %d goes from the bottom to the top, on a few round numbers", (low, high) => {
    const { domain, ticks, format, toPixel, toValue } = valueScale([low, high], null, 8, 212);
    expect(domain.every(Number.isFinite)).toBe(true);
    expect(domain[0]).toBeLessThanOrEqual(low);
    expect(domain[1]).toBeGreaterThanOrEqual(high);
    expect(domain.map(toPixel)).toEqual([expect.closeTo(212), expect.closeTo(8)]);
    expect(ticks.length).toBeLessThan(12);
    expect(ticks.every((tick) => toPixel(tick) >= 7.9 && toPixel(tick) <= 212.1)).toBe(true);
    expect(Math.max(0, ...ticks.map((tick) => format(tick).length))).toBeLessThan(10);
    for (const pixel of [8, 110, 212]) expect(toPixel(toValue(pixel))).toBeCloseTo(pixel);
  });

  test("reads as powers of ten", () => {
    const { ticks, format } = fixedScale([-1e308, 1e308], 8, 212);
    expect(ticks.map(format)).toEqual(["−1e308", "−5e307", "0", "5e307", "1e308"]);
  });
});

test("a value axis as narrow as numbers can be has places for its ends", () => {
  const { toPixel } = fixedScale([0, 5e-324], 8, 212);
  expect([toPixel(0), toPixel(5e-324)].every(Number.isFinite)).toBe(true);
});

test("values far from zero that differ little keep their texts apart", () => {
  const { ticks, format } = valueScale([1e7, 1e7 + 100], null, 8, 212);
  expect(new Set(ticks.map(format)).size).toBe(ticks.length);
});

test("the extent passes over what is not finite", () => {
  const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
  expect(finiteExtent([nan, 3, infinity, -1, -infinity])).toEqual([-1, 3]);
  expect(finiteExtent([nan, infinity])).toBeNull();
});
