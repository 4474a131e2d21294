import { expect, test } from "vitest";
import { drawingOrder } from "../../../src/shared/points/order";

const pointsOf = (count: number, most = count) =>
  Array.from({ length: most }, (_, i) => drawingOrder(count).pointAt(i));

test("every point is drawn once", () => {
  for (const count of [1, 2, 3, 10, 12, 100, 1001, 4096]) {
    expect(pointsOf(count).sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
  }
});

test("any beginning is spread evenly over all points", () => {
  const [points, first] = [100_000, 2000];
  const shares = new Array(20).fill(0);
  for (const point of pointsOf(points, first)) shares[Math.floor((20 * point) / points)]++;
  for (const share of shares) expect(Math.abs(share - first / 20)).toBeLessThanOrEqual(4);
});

test("there may be no points", () => {
  expect(drawingOrder(0).count).toBe(0);
});
