import { describe, expect, test } from "vitest";
import { LEVELS, runsOf, ticksAlong } from "../../../src/sequences/map/segments";

const line = (coordinates: number[], more: object = {}) => ({
  ...{ sequence: 0, first: 10, end: 10 + coordinates.length / 2, start: 10 },
  ...{ count: coordinates.length / 2, coordinates: Float32Array.from(coordinates) },
  ...{ codes: null, confidence: null, distances: null, ...more },
});

const STRAIGHT = [0, 0, 1, 0, 2, 0, 3, 0];
const constant = { color: "expected", thickness: "constant", width: 2 } as const;

describe("segments of a trajectory", () => {
  test("a segment has the colour of the class expected at its end", () => {
    const codes = Int32Array.of(5, 1, 1, 0);
    expect(runsOf(line(STRAIGHT, { codes }), constant)).toEqual([
      { from: 0, to: 2, color: 1, width: 2 },
      { from: 2, to: 3, color: 0, width: 2 },
    ]);
  });

  test("without classes there is one run", () => {
    expect(runsOf(line(STRAIGHT), constant)).toEqual([{ from: 0, to: 3, color: -1, width: 2 }]);
  });

  test("time runs from the first level to the last", () => {
    const runs = runsOf(line(STRAIGHT), { ...constant, color: "time" });
    expect([runs[0]?.color, runs.at(-1)?.color]).toEqual([0, LEVELS]);
  });

  test("the longest jump is the thickest segment", () => {
    const distances = Float32Array.of(1, 4, 2, Number.NaN);
    const runs = runsOf(line(STRAIGHT, { distances }), { ...constant, thickness: "jump" });
    expect(runs.map(({ width }) => width === 2)).toEqual([false, true, false]);
    expect(Math.min(...runs.map(({ width }) => width))).toBeGreaterThan(0.4);
  });

  test("the line leads past steps that aren't on the map", () => {
    const codes = Int32Array.of(0, 1, 2, 1, 1);
    const gap = line([0, 0, 1, 0, Number.NaN, Number.NaN, 3, 0, 4, 0], { codes });
    expect(runsOf(gap, constant)).toEqual([{ from: 0, to: 4, color: 1, width: 2 }]);
  });

  test("a sequence of one step has no segments", () => {
    expect(runsOf(line([1, 1]), constant)).toEqual([]);
  });
});

describe("ticks", () => {
  test("point along the line, in the middle of segments, and not too close", () => {
    const ticks = ticksAlong(Float32Array.of(0, 0, 40, 0, 60, 0, 60, 80));
    expect(ticks).toEqual([
      { x: 20, y: 0, angle: 0, step: 0 },
      { x: 60, y: 40, angle: Math.PI / 2, step: 2 },
    ]);
  });

  test("lead past steps that are nowhere", () => {
    const ticks = ticksAlong(Float32Array.of(0, 0, Number.NaN, Number.NaN, 90, 0));
    expect(ticks).toEqual([{ x: 45, y: 0, angle: 0, step: 0 }]);
  });

  test("of a long line are few", () => {
    const path = Float32Array.from({ length: 4000 }, (_, i) => (i % 2 === 0 ? 20 * i : 0));
    expect(ticksAlong(path).length).toBeLessThanOrEqual(25);
  });
});
