import { describe, expect, test } from "vitest";
import { decimalsOf, nearestMultiple, nextMultiple } from "../../src/shared/numbers";

describe("a dragged threshold", () => {
  test("lands on multiples of its step without binary noise", () => {
    expect(nearestMultiple(0.2987, 0.01)).toBe(0.3);
    expect(nearestMultiple(-0.004, 0.01)).toBe(0);
    expect(Object.is(nearestMultiple(-0.004, 0.01), 0)).toBe(true);
    expect(nearestMultiple(1234.6, 10)).toBe(1230);
  });

  test("moves by an arrow key to the next multiple in that direction", () => {
    expect(nextMultiple(0.3, 0.01, 1)).toBe(0.31);
    expect(nextMultiple(0.3, 0.01, -1)).toBe(0.29);
    expect(nextMultiple(0.305, 0.01, 1)).toBe(0.31);
    expect(nextMultiple(0.305, 0.01, -1)).toBe(0.3);
    expect(nextMultiple(0.3, 0.01, 10)).toBe(0.4);
  });
});

describe("the grid of thresholds", () => {
  const steps: [step: number, digits: number][] = [
    [0.00001, 5],
    [0.0002, 4],
    [0.001, 3],
    [0.005, 3],
    [0.01, 2],
    [0.02, 2],
    [0.05, 2],
    [0.1, 1],
    [0.2, 1],
    [0.5, 1],
    [1, 0],
    [2, 0],
    [50, 0],
    [2000, 0],
    [1e21, 0],
  ];

  test.each(steps)("of step %d has %i decimals", (step, digits) => {
    expect(decimalsOf(step)).toBe(digits);
  });

  test.each(steps)("of step %d is the same for drags, for keys and for Python", (step, digits) => {
    for (let i = -300; i <= 300; i++) {
      const exact = Number((i * step).toFixed(digits)) + 0;
      expect(nearestMultiple(exact, step)).toBe(exact);
      expect(nearestMultiple((i + 0.3) * step, step)).toBe(exact);
      expect(nextMultiple(exact, step, 1)).toBe(nearestMultiple((i + 1) * step, step));
      expect(nextMultiple(i * step, step, -1)).toBe(nearestMultiple((i - 1) * step, step));
      expect(nextMultiple(exact, step, 10)).toBe(nearestMultiple((i + 10) * step, step));
    }
  });

  test("holds the numbers one would write", () => {
    // Written out, so that nothing is rounded on the way.
    for (let i = 0; i < 1000; i++) {
      const digits = String(i).padStart(3, "0");
      const written = Number(`${digits.slice(0, -2)}.${digits.slice(-2)}`);
      expect(nearestMultiple(i * 0.01, 0.01)).toBe(written);
      expect(nextMultiple(written, 0.01, 1)).toBe(nearestMultiple((i + 1) * 0.01, 0.01));
    }
    expect(nextMultiple(0.2, 0.1, 1)).toBe(0.3);
    expect(nextMultiple(0.1 + 0.2, 0.1, 1)).toBe(0.4);
    expect(nextMultiple(0.01, 0.005, 1)).toBe(0.015);
  });
});
