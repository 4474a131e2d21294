import { describe, expect, test } from "vitest";
import { DIRECTIONS, type Direction, nearestInDirection } from "../../src/scatter/direction";

const all = () => true;

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
