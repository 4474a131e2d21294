import { describe, expect, test } from "vitest";
import { createPace } from "../../../src/shared/points/pace";

/** A machine that draws so many points a millisecond, and shows a frame at most every 16.7 ms. */
function run(pointsAMillisecond: number, points: number, frames: number) {
  const pace = createPace();
  const times: number[] = [];
  for (let frame = 0; frame < frames; frame++) {
    const count = Math.min(points, pace.count);
    const milliseconds = Math.max(16.7, count / pointsAMillisecond);
    pace.report(count, milliseconds);
    times.push(milliseconds);
  }
  return { pace, times };
}

describe("how many points a frame draws", () => {
  test("a fast machine draws all of them after a few frames", () => {
    expect(run(1e6, 1e6, 7).pace.count).toBeGreaterThanOrEqual(1e6);
  });

  test("a slow machine settles at frames of at most 33 ms", () => {
    for (const speed of [300, 900, 5000]) {
      expect(Math.max(...run(speed, 1e6, 40).times.slice(15))).toBeLessThanOrEqual(33);
    }
  });

  test("a slow machine still draws most of what it could", () => {
    expect(run(900, 1e6, 40).pace.count).toBeGreaterThan(0.5 * 33 * 900);
  });

  test("frames that had few points left say nothing about more", () => {
    const pace = createPace();
    const before = pace.count;
    pace.report(10, 17);
    expect(pace.count).toBe(before);
  });

  test("a single slow frame doesn't empty the map", () => {
    const pace = createPace();
    for (let i = 0; i < 50; i++) pace.report(pace.count, 5000);
    expect(pace.count).toBeGreaterThanOrEqual(2000);
  });
});
