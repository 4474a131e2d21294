import { describe, expect, test } from "vitest";
import { between, boxAround, inShape, moved, projection, showing, zoomed } from "../../src/shared/box";

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

  test("counts a point near an edge as not in view", () => {
    const at = (x: number, y: number) => showing([0, 100, 0, 100], x, y);
    for (const [x, y] of [
      [4, 50],
      [96, 50],
      [50, 4],
      [50, 96],
    ] as const) {
      expect(at(x, y)).toEqual([x - 50, x + 50, y - 50, y + 50]);
    }
    expect(at(6, 94)).toEqual([0, 100, 0, 100]);
  });

  test("leaves out points that are nowhere", () => {
    expect(boxAround(Float32Array.of(0, 0, Number.NaN, Number.NaN, 10, 10))).toEqual([
      -0.5, 10.5, -0.5, 10.5,
    ]);
  });

  test("takes the shape of the plot by growing around its middle", () => {
    expect(inShape([0, 10, 0, 10], 200, 100)).toEqual([-5, 15, 0, 10]);
    expect(inShape([0, 10, 0, 2], 100, 100)).toEqual([0, 10, -4, 6]);
  });

  test("goes from one to another", () => {
    expect(between([0, 10, 0, 10], [10, 20, 0, 30], 0.5)).toEqual([5, 15, 0, 20]);
  });
});
