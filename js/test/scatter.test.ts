import { describe, expect, test } from "vitest";
import { boxAround, moved, projection, showing, zoomed } from "../src/scatter/box";
import { DIRECTIONS, type Direction, nearestInDirection } from "../src/scatter/direction";
import { createGrid } from "../src/scatter/grid";
import { isInside } from "../src/scatter/lasso";
import { stamp } from "../src/scatter/stamp";

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

describe("an arrow key", () => {
  const places: [number, number][] = [
    [0, 0],
    [10, 4],
    [12, 0],
    [-9, 0],
    [0, -20],
    [0, 0],
    [30, 29],
    [5, 40],
  ];
  const go = (from: number, key: string, shown: (point: number) => boolean = all) =>
    nearestInDirection(
      places.length,
      (point) => places[point] as [number, number],
      places[from] as [number, number],
      DIRECTIONS[key] as Direction,
      shown,
    );

  test("goes to the nearest point in its direction, rather straight ahead than aside", () => {
    expect(go(0, "ArrowRight")).toBe(2);
    expect(go(0, "ArrowLeft")).toBe(3);
    expect(go(0, "ArrowUp")).toBe(4);
    expect(go(0, "ArrowDown")).toBe(7);
    expect(go(2, "ArrowRight")).toBe(-1);
  });

  test("passes over points that are not shown, and over those at the same place", () => {
    expect(go(0, "ArrowRight", (point) => point !== 2)).toBe(1);
    expect(go(5, "ArrowRight", (point) => point === 0)).toBe(-1);
  });
});

describe("the box in view", () => {
  const extent = boxAround(Float32Array.of(0, -1, 10, 1, 5, 0));

  test("holds all points with a margin", () => {
    expect(extent).toEqual([-0.5, 10.5, -1.1, 1.1]);
    expect(boxAround(new Float32Array(0))).toEqual([-1, 1, -1, 1]);
    expect(boxAround(Float32Array.of(3, 4))).toEqual([2, 4, 3, 5]);
  });

  test("zoomed keeps what is under the pointer where it is", () => {
    const box = zoomed(extent, 2, 8, 0.5, extent);
    expect(box[1] - box[0]).toBeCloseTo(5.5);
    const before = projection(extent, 400, 300);
    const after = projection(box, 400, 300);
    expect(after.toX(8)).toBeCloseTo(before.toX(8));
    expect(after.toY(0.5)).toBeCloseTo(before.toY(0.5));
    expect(after.fromX(after.toX(3))).toBeCloseTo(3);
    expect(after.fromY(after.toY(-0.3))).toBeCloseTo(-0.3);
  });

  test("goes neither farther than a little around all points, nor past them", () => {
    const far = zoomed(extent, 0.01, 5, 0, extent);
    expect(far[1] - far[0]).toBeCloseTo(11 * 1.25);
    const aside = moved(extent, 1000, -1000, extent);
    expect((aside[0] + aside[1]) / 2).toBeCloseTo(10.5);
    expect((aside[2] + aside[3]) / 2).toBeCloseTo(-1.1);
  });

  test("moves only where a point is not in view", () => {
    expect(showing(extent, 5, 0)).toBe(extent);
    const box = showing([0, 1, 0, 1], 5, 0.5);
    expect([box[0], box[1]]).toEqual([4.5, 5.5]);
  });
});

test("a lasso holds what lies in it, also where it is bent", () => {
  const corners = [
    [0, 0],
    [10, 0],
    [10, 10],
    [5, 3],
    [0, 10],
  ] as const;
  expect(isInside([5, 2], corners)).toBe(true);
  expect(isInside([5, 6], corners)).toBe(false);
  expect(isInside([1, 7], corners)).toBe(true);
  expect(isInside([-1, 5], corners)).toBe(false);
  expect(isInside([11, 5], corners)).toBe(false);
});

test("a stamp is laid over what is there, and cut off at the edges", () => {
  const image = (width: number, height: number, pixel: readonly number[]) => ({
    width,
    height,
    data: Uint8ClampedArray.from({ length: 4 * width * height }, (_, i) => pixel[i % 4] as number),
  });
  const target = image(3, 2, [0, 0, 0, 0]);
  const at = (x: number, y: number) => [...target.data.slice(4 * (3 * y + x), 4 * (3 * y + x) + 4)];
  stamp(target, image(2, 2, [200, 100, 0, 255]), 2, -1);
  expect(at(2, 0)).toEqual([200, 100, 0, 255]);
  expect(at(1, 0)).toEqual([0, 0, 0, 0]);
  expect(at(2, 1)).toEqual([0, 0, 0, 0]);
  stamp(target, image(2, 2, [0, 0, 100, 51]), -1, 1);
  expect(at(0, 1)).toEqual([0, 0, 100, 51]);
  // A fifth of blue over the orange that is there already.
  stamp(target, image(1, 1, [0, 0, 100, 51]), 2, 0);
  expect(at(2, 0)).toEqual([160, 80, 20, 255]);
  stamp(target, image(1, 1, [9, 9, 9, 255]), 5, 5);
  stamp(target, image(1, 1, [9, 9, 9, 255]), -4, 0);
  expect(at(0, 0)).toEqual([0, 0, 0, 0]);
});
