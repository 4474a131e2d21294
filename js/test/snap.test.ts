import { describe, expect, test } from "vitest";
import { brushedRange, sequenceAround, snapThreshold, stepThreshold } from "../src/snap";

describe("a dragged threshold", () => {
  test("lands on multiples of its step without binary noise", () => {
    expect(snapThreshold(0.2987, 0.01)).toBe(0.3);
    expect(snapThreshold(-0.004, 0.01)).toBe(0);
    expect(Object.is(snapThreshold(-0.004, 0.01), 0)).toBe(true);
    expect(snapThreshold(1234.6, 10)).toBe(1230);
  });

  test("moves by an arrow key to the next multiple in that direction", () => {
    expect(stepThreshold(0.3, 0.01, 1)).toBe(0.31);
    expect(stepThreshold(0.3, 0.01, -1)).toBe(0.29);
    expect(stepThreshold(0.305, 0.01, 1)).toBe(0.31);
    expect(stepThreshold(0.305, 0.01, -1)).toBe(0.3);
    expect(stepThreshold(0.3, 0.01, 10)).toBe(0.4);
  });
});

describe("a brush", () => {
  test("takes whole words in both directions", () => {
    expect(brushedRange(10, 13, [0, 100])).toEqual([10, 14]);
    expect(brushedRange(10, 7, [0, 100])).toEqual([7, 11]);
    expect(brushedRange(10, 10, [0, 100])).toEqual([10, 11]);
  });

  test("ends where the sequence in which it began ends", () => {
    const bounds = sequenceAround(10, [0, 8, 12], [0, 40]);
    expect(bounds).toEqual([8, 12]);
    expect(brushedRange(10, 30, bounds)).toEqual([10, 12]);
    expect(brushedRange(10, 2, bounds)).toEqual([8, 11]);
  });

  test("reaches as far as the window where no sequence starts", () => {
    expect(sequenceAround(25, [], [20, 40])).toEqual([20, 40]);
    expect(sequenceAround(25, [25], [20, 40])).toEqual([25, 40]);
    expect(sequenceAround(25, [26], [20, 40])).toEqual([20, 26]);
  });
});
