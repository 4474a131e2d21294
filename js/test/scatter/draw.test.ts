import { expect, test } from "vitest";
import { radius } from "../../src/scatter/draw";

test("points are smaller the more there are, larger the nearer, and never too small to be seen", () => {
  const sizes = [10, 1000, 100_000].map((count) => radius(count, 1, 1));
  expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  expect(radius(1000, 16, 1)).toBeGreaterThan(radius(1000, 1, 1));
  expect(radius(10 ** 9, 0.01, 1)).toBe(1.6);
  expect(radius(1000, 1, 2)).toBe(2 * radius(1000, 1, 1));
});
