import { describe, expect, test } from "vitest";
import { greyAlpha, greySteps, selectedStyle } from "../../../src/explorer/plot/cell_lines";

describe("the grey lines", () => {
  const window = { values: new Float32Array(), start: 0, stop: 100 };

  test("cover what is in sight at first, and half a page more on both sides once one moves on", () => {
    const first = greySteps(null, window, 30, [40, 50]);
    expect(first.steps).toEqual([40, 50]);
    expect(greySteps(first, window, 30, [40, 50])).toBe(first);
    const moved = greySteps(first, window, 30, [41, 51]);
    expect(moved.steps).toEqual([36, 56]);
    expect(greySteps(moved, window, 30, [44, 54])).toBe(moved);
  });

  test("end where the window ends", () => {
    const first = greySteps(null, window, 30, [0, 10]);
    expect(greySteps(first, window, 30, [1, 11]).steps).toEqual([0, 16]);
    expect(greySteps(greySteps(null, window, 30, [88, 98]), window, 30, [90, 100]).steps).toEqual([85, 100]);
  });

  test("begin anew with other values and other widths", () => {
    const first = greySteps(null, window, 30, [40, 50]);
    const others = { ...window, values: new Float32Array() };
    expect(greySteps(first, others, 30, [41, 51]).steps).toEqual([41, 51]);
    expect(greySteps(first, window, 31, [41, 51]).steps).toEqual([41, 51]);
  });

  test("are paler the more there are", () => {
    const alphas = [1, 10, 50, 200, 650, 5000].map(greyAlpha);
    expect(alphas).toEqual([...alphas].sort((a, b) => b - a));
    expect([alphas[0], alphas[3], alphas[5]]).toEqual([0.42, 0.19, 0.08]);
  });
});

test("up to 30 selected cells are broad lines, more are thin and paler", () => {
  expect(selectedStyle(30, "blue", 2)).toEqual({ color: "blue", alpha: 0.95, width: 2.7 });
  expect(selectedStyle(31, "blue", 2).width).toBe(1);
  expect(selectedStyle(120, "blue", 1).alpha).toBe(0.25);
  expect(selectedStyle(100_000, "blue", 1).alpha).toBe(0.1);
});
