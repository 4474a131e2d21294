import { describe, expect, test } from "vitest";
import { finiteExtent, valueScale } from "../../../src/explorer/time/scale";

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

test("the extent passes over what is not finite", () => {
  const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
  expect(finiteExtent([nan, 3, infinity, -1, -infinity])).toEqual([-1, 3]);
  expect(finiteExtent([nan, infinity])).toBeNull();
});
