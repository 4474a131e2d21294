import { beforeEach, describe, expect, test } from "vitest";
import { fillStacks, hasShares, stacks } from "../../../src/explorer/tracks/track_shares";
import { NO_COLORS } from "../../../src/shared/theme";
import { fakeColors } from "../../shared/fake_colors";
import { NEXT, POS, PROBABILITY, QUOTED } from "../fixtures";

beforeEach(fakeColors);

const COLORS = {
  ...NO_COLORS,
  ...{ labels: ["10", "20"], labelRest: "30", labelStrength: 0.5, word: "0", line: "100" },
  ...{ rampZero: "0", ramp: "200", rampBelow: "100", rampAbove: "200" },
};

/** The red of a stack in ten rows, from the top; "·" where there is nothing. */
function reds(
  track: Parameters<typeof stacks>[0],
  shown: Parameters<typeof stacks>[1],
  column = 0,
  steps = 10,
): string {
  const stack = stacks(track, shown, COLORS)(column, steps);
  return Array.from({ length: 10 }, (_, row) => Math.round(stack((row + 0.5) / 10)?.[0] ?? -1))
    .join(" ")
    .replaceAll("-1", "·");
}

describe("labels", () => {
  const shown = {
    kind: "categorical" as const,
    codes: Int32Array.of(0, 1, -1),
    most: Int32Array.of(5, 4, 0),
    counts: Int32Array.of(5, 2, 3, 0, 4, 1, 0, 0, 0),
  };

  test("are stacked by their shares, those without a colour of their own together below", () => {
    expect(reds(POS, shown)).toBe("10 10 10 10 10 20 20 30 30 30");
  });

  test("leave the lower end empty for steps without a label", () => {
    expect(reds(POS, shown, 1)).toBe("20 20 20 20 30 · · · · ·");
    expect(reds(POS, shown, 2)).toBe("· · · · · · · · · ·");
  });

  test("are as strong as labels of single steps", () => {
    expect(stacks(POS, shown, COLORS)(0, 10)(0.1)?.[3]).toBe(0.5);
  });
});

describe("numbers", () => {
  const shown = {
    kind: "continuous" as const,
    values: Float32Array.of(0.5, Number.NaN),
    quantiles: Float32Array.of(0, 0.5, 1, Number.NaN, Number.NaN, Number.NaN),
    known: Float32Array.of(1, 0),
  };

  test("are sorted, the greatest on top", () => {
    expect(reds(PROBABILITY, shown)).toBe("190 170 150 130 110 90 70 50 30 10");
    expect(reds(PROBABILITY, shown, 1)).toBe("· · · · · · · · · ·");
  });

  test("leave the lower end empty for steps without a number", () => {
    expect(reds(PROBABILITY, { ...shown, known: Float32Array.of(0.3, 0) })).toBe("167 100 33 · · · · · · ·");
  });

  test("of top-k tracks are the scores", () => {
    const scores = { ...shown, kind: "top-k" as const, scores: shown.values };
    expect(reds(NEXT, scores).split(" ")[0]).toBe("57");
  });
});

describe("ones", () => {
  const shown = { kind: "continuous" as const, values: Float32Array.of(1, 1, 0, Number.NaN) };
  const shares = Float32Array.of(1, 0.25, 0.0001, 0, Number.NaN);

  test("are stronger the more there are, and one of thousands can be seen", () => {
    const of = (column: number) => new Set(reds(QUOTED, { ...shown, shares }, column).split(" "));
    const all = [0, 1, 2, 3, 4].map(of);
    expect(all).toEqual(["200", "135", "71", "0", "·"].map((red) => new Set([red])));
  });
});

test("columns without shares are drawn as steps are", () => {
  expect(hasShares({ kind: "categorical", codes: Int32Array.of(0) })).toBe(false);
  expect(hasShares({ kind: "continuous", values: Float32Array.of(0) })).toBe(false);
  expect(hasShares({ kind: "continuous", values: Float32Array.of(0), shares: Float32Array.of(0) })).toBe(
    true,
  );
});

describe("an image", () => {
  let pixels: Uint8ClampedArray;
  beforeEach(() => {
    pixels = new Uint8ClampedArray(2 * 2 * 4);
    const paints = [[1, 2, 3, 1] as const, null];
    const stackOf = (column: number) => (share: number) =>
      paints[column === 0 ? 0 : share < 0.5 ? 0 : 1] ?? null;
    fillStacks(pixels, 2, stackOf, (column) => (column === 0 ? 1 : 0.2));
  });

  test("has a pixel for each column and row, from the top", () => {
    expect([...pixels]).toEqual([1, 2, 3, 255, 1, 2, 3, 51, 1, 2, 3, 255, 0, 0, 0, 0]);
  });
});
