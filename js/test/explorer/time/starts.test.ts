import { describe, expect, test } from "vitest";
import { startMarks } from "../../../src/explorer/time/starts";

const known = (starts: number[], number = 0) => ({ range: [0, 1000] as const, starts, number });
const spaced = (distance: number, count: number) => Array.from({ length: count }, (_, i) => i * distance);

describe("starts of sequences", () => {
  test("are all marked where there is room, but for that of the first", () => {
    const marks = startMarks(known([0, 100, 500]), [0, 1000], (step) => step);
    expect(marks).toEqual({ pixels: [100, 500], every: 1, strength: 1 });
  });

  test("are not marked right beside each other", () => {
    const { pixels, every } = startMarks(known([0, 4, 5, 90, 200]), [0, 100], (step) => step / 2);
    expect(pixels).toEqual([2, 45]);
    expect(every).toBe(1);
  });

  test("are marked for every n-th sequence where they are near, with no line across the page", () => {
    const { pixels, every, strength } = startMarks(known(spaced(1, 1000)), [0, 1000], (step) => step / 2);
    expect(every).toBe(20);
    expect(pixels).toEqual(spaced(10, 50).slice(1));
    expect(strength).toBe(0);
  });

  test("are those of the same sequences wherever one is", () => {
    const all = spaced(1, 1000);
    const from = (first: number) => {
      const starts = all.filter((start) => start > first && start < first + 500);
      const here = { range: [first, first + 500] as const, starts, number: first };
      return startMarks(here, [first, first + 500], (step) => step / 2).pixels.map((pixel) => pixel * 2);
    };
    expect(from(133)).toEqual(spaced(20, 32).filter((step) => step > 133 && step < 633));
    expect(from(0)).toEqual(spaced(20, 25).slice(1));
  });

  test("have paler lines the nearer they are", () => {
    const at = (distance: number) =>
      startMarks(known(spaced(distance, 50)), [0, 400], (step) => step).strength;
    expect(
      [at(50), at(24), at(10)].map((strength, i, all) => i === 0 || strength < (all[i - 1] as number)),
    ).toEqual([true, true, true]);
    expect(at(8)).toBeLessThan(0.01);
  });

  test("never leave less than three pixels between two marks, however many there are", () => {
    for (const count of [1, 10, 200, 5000, 100_000]) {
      const { pixels } = startMarks(known(spaced(1, count)), [0, count], (step) => (step * 1200) / count);
      expect(pixels.length).toBeLessThanOrEqual(400);
      expect(pixels.every((pixel, i) => i === 0 || pixel - (pixels[i - 1] as number) >= 3)).toBe(true);
    }
  });

  test("are none where none are known", () => {
    expect(startMarks(null, [0, 10], (step) => step).pixels).toEqual([]);
  });
});
