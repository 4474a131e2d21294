import { expect, test } from "vitest";
import { insideOf } from "../../src/shared/lasso";

test("a lasso holds what lies in it, also where it is bent", () => {
  const corners = [
    [0, 0],
    [10, 0],
    [10, 10],
    [5, 3],
    [0, 10],
  ] as const;
  const isInside = insideOf(corners);
  expect(isInside(5, 2)).toBe(true);
  expect(isInside(5, 6)).toBe(false);
  expect(isInside(1, 7)).toBe(true);
  expect(isInside(-1, 5)).toBe(false);
  expect(isInside(11, 5)).toBe(false);
});

/** By the angles to all corners, which sum up to a whole turn around what is inside. */
function turnsAround(x: number, y: number, corners: readonly (readonly [number, number])[]): boolean {
  let turned = 0;
  corners.forEach(([ax, ay], i) => {
    const [bx, by] = corners[(i + 1) % corners.length] as readonly [number, number];
    const [toA, toB] = [Math.atan2(ay - y, ax - x), Math.atan2(by - y, bx - x)];
    turned += ((toB - toA + 3 * Math.PI) % (2 * Math.PI)) - Math.PI;
  });
  return Math.abs(turned) > Math.PI;
}

test("a lasso of many corners holds what it turns around", () => {
  const corners = Array.from({ length: 97 }, (_, i) => {
    const [angle, far] = [(2 * Math.PI * i) / 97, 5 + 3 * Math.sin(i * 0.7)];
    return [far * Math.cos(angle), far * Math.sin(angle)] as const;
  });
  const isInside = insideOf(corners);
  for (let x = -9.03; x < 9; x += 0.41) {
    for (let y = -9.07; y < 9; y += 0.37) expect(isInside(x, y)).toBe(turnsAround(x, y, corners));
  }
});
