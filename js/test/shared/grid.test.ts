import { describe, expect, test } from "vitest";
import { createGrid } from "../../src/shared/grid";

/** Numbers between 0 and 1 that are the same in each run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

function cloud(count: number, seed: number): Float32Array {
  const next = random(seed);
  // Rounded, so that some share a place.
  return Float32Array.from({ length: 2 * count }, () => Math.round(next() * 50) / 10 - 2);
}

const all = () => true;

describe("the grid", () => {
  test("finds the nearest point within an ellipse, as comparing all does", () => {
    for (const count of [1, 2, 30, 700]) {
      const points = cloud(count, count);
      const grid = createGrid(points);
      const next = random(3);
      for (let i = 0; i < 60; i++) {
        const [x, y, halfX, halfY] = [next() * 7 - 3, next() * 7 - 3, next(), next()] as const;
        const shown = i % 2 ? all : (point: number) => point % 3 > 0;
        const distance = (p: number) =>
          (((points[2 * p] as number) - x) / halfX) ** 2 + (((points[2 * p + 1] as number) - y) / halfY) ** 2;
        let least = Number.POSITIVE_INFINITY;
        for (let p = 0; p < count; p++) if (shown(p)) least = Math.min(least, distance(p));
        const found = grid.nearest(x, y, halfX, halfY, shown);
        if (least > 1) expect(found).toBe(-1);
        else {
          expect(shown(found)).toBe(true);
          expect(distance(found)).toBe(least);
        }
      }
    }
  });

  test("of several at one place it finds the first, and gives all of them", () => {
    const grid = createGrid(Float32Array.of(1, 1, 0, 0, 1, 1, 3, 3, 1, 1));
    expect(grid.nearest(1.1, 1, 0.5, 0.5, all)).toBe(0);
    expect(grid.stack(2)).toEqual([0, 2, 4]);
    expect(grid.stack(3)).toEqual([3]);
  });

  test("finds the points in a rectangle, its edges included", () => {
    const points = cloud(400, 5);
    const expected: number[] = [];
    for (let p = 0; p < 400; p++) {
      const [x, y] = [points[2 * p] as number, points[2 * p + 1] as number];
      if (x >= -1 && x <= 1.5 && y >= 0 && y <= 2) expected.push(p);
    }
    const found = createGrid(points).within(-1, 1.5, 0, 2);
    expect(found.sort((a, b) => a - b)).toEqual(expected);
    expect(expected.length).toBeGreaterThan(20);
  });

  test("holds no points, or points all at one place", () => {
    expect(createGrid(new Float32Array(0)).nearest(0, 0, 1, 1, all)).toBe(-1);
    expect(createGrid(Float32Array.of(2, 2, 2, 2)).nearest(2, 2.5, 1, 1, all)).toBe(0);
  });
});

test("points that are nowhere are never found, and hinder no others", () => {
  const grid = createGrid(Float32Array.of(0, 0, Number.NaN, 1, 5, Number.POSITIVE_INFINITY, 2, 2));
  expect(grid.within(-9, 9, -9, 9).sort()).toEqual([0, 3]);
  expect(grid.nearest(1.5, 1.5, 9, 9, () => true)).toBe(3);
});
