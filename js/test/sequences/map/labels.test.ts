import { describe, expect, test } from "vitest";
import { labelledSteps, placeLabels } from "../../../src/sequences/map/labels";

const TRAJECTORY = {
  ...{ sequence: 0, first: 100, end: 105, start: 100, count: 5, coordinates: new Float32Array(10) },
  codes: Int32Array.of(0, 0, 1, 1, 0),
  confidence: Float32Array.of(0.5, 0.5, 0.25, 1, 1),
  distances: Float32Array.of(0.25, 0.5, 0, 1, Number.NaN),
};

const stepsOf = (labels: string, threshold = 0.5, change = 0.5) =>
  labelledSteps(TRAJECTORY, { labels, threshold, change }).map(({ step }) => step);

describe("steps with labels", () => {
  test("both ends of each jump of at least the threshold, the longest first", () => {
    expect(stepsOf("jumps")).toEqual([103, 104, 101, 102]);
    expect(stepsOf("jumps", 0)).not.toContain(105);
  });

  test("both ends of each change of class", () => {
    expect(stepsOf("class").sort()).toEqual([101, 102, 103, 104]);
  });

  test("both ends of each change of confidence of at least so much", () => {
    expect(stepsOf("confidence")).toEqual([102, 103]);
  });

  test("none", () => {
    expect(stepsOf("none")).toEqual([]);
  });
});

describe("places of labels", () => {
  const label = (x: number, y: number, text = "word") => ({ text, x, y, width: 30 });
  const placed = (...labels: ReturnType<typeof label>[]) => placeLabels(labels, 200, 100);

  test("a label stands to the right of its point", () => {
    expect(placed(label(50, 50))).toEqual([{ ...label(50, 50), left: 57, middle: 50 }]);
  });

  test("at the right edge it stands to the left", () => {
    expect(placed(label(190, 50))[0]?.left).toBe(153);
  });

  test("no two overlap, and what has no place is left out", () => {
    const all = placed(...Array.from({ length: 30 }, () => label(50, 50)));
    expect(all.length).toBeLessThan(30);
    for (const [i, a] of all.entries()) {
      for (const b of all.slice(i + 1)) {
        const apart = Math.abs(a.middle - b.middle) >= 15 || a.left + 30 <= b.left || b.left + 30 <= a.left;
        expect(apart).toBe(true);
      }
    }
  });

  test("points beyond the plot have none", () => {
    expect(placed(label(-80, 50), label(50, 300))).toEqual([]);
  });
});
