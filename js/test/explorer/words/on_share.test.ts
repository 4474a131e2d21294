import { expect, test } from "vitest";
import { dimming, shareStrength } from "../../../src/explorer/words/on_share";

test("a step where no selected cell is on has no colour, one where all are has all of it", () => {
  expect(shareStrength(0, 12)).toBe(0);
  expect(shareStrength(12, 12)).toBe(1);
  expect(shareStrength(0, 0)).toBe(0);
});

test("more cells are a stronger colour, and the step from some to all is greater than that from none to some", () => {
  const strengths = Array.from({ length: 13 }, (_, on) => shareStrength(on, 12));
  const steps = strengths.slice(1).map((strength, on) => strength - (strengths[on] ?? 0));
  for (const [i, step] of steps.entries()) expect(step).toBeGreaterThan(i === 0 ? 0 : (steps[i - 1] ?? 0));
  expect(shareStrength(6, 12)).toBeLessThan(0.4);
});

test("the same share is the same colour however many cells are selected", () => {
  expect(shareStrength(3, 4)).toBe(shareStrength(150, 200));
});

test("dimmed colours are whole where all selected cells are on, and faint where none is", () => {
  expect(dimming(7, 7)).toBe(1);
  expect(dimming(0, 7)).toBeCloseTo(0.12);
  expect(dimming(3, 7)).toBeLessThan(dimming(4, 7));
});

test("nothing is dimmed while no cell is selected", () => {
  expect(dimming(0, 0)).toBe(1);
});
