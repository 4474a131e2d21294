import { describe, expect, test } from "vitest";
import {
  type Contrast,
  captionOf,
  cellsApart,
  cellText,
  emptyText,
  formatDifference,
  formatEnds,
  intervalOnScale,
  type PhraseSet,
  pairOf,
  pairWith,
  takenCells,
} from "../../../src/explorer/contrast/contrast";

const setsOf = (...names: string[]): PhraseSet[] =>
  names.map((name) => ({ name, count: 1, phrases: [[0, 1]], lines: [["", name, ""]] }));

const SENT: Contrast = {
  ...{ layer: "a", names: ["dogs", "cats"], threshold: 0.3, off: [0, 0], draws: 1000 },
  ...{ computing: false, error: "", cell: [7, 3, 12, 5] },
  one: [1, 0, 0.75, 0.5],
  other: [0.25, 0.5, 0.5, 0.5],
  difference: [0.75, -0.5, 0.25, 0],
  low: [0.4, -0.8, -0.1, -0.3],
  high: [0.9, -0.1, 0.6, 0.3],
  ...{ p: null, p_max: null, cells: 20, differing: 3 },
};

describe("the two sets that are compared", () => {
  test("are those chosen", () => {
    expect(pairOf(setsOf("a", "b", "c"), ["c", "a"])).toEqual(["c", "a"]);
  });

  test("are otherwise the two kept last, also if their names are numbers", () => {
    expect(pairOf(setsOf("10", "9", "2"), null)).toEqual(["9", "2"]);
    expect(pairOf(setsOf("a", "b"), ["a", "gone"])).toEqual(["a", "b"]);
  });

  test("are none while fewer are kept", () => {
    expect(pairOf(setsOf("a"), null)).toBeNull();
    expect(pairOf([], null)).toBeNull();
  });

  test("change on one side, or swap", () => {
    expect(pairWith(["a", "b"], 0, "c")).toEqual(["c", "b"]);
    expect(pairWith(["a", "b"], 1, "c")).toEqual(["a", "c"]);
    expect(pairWith(["a", "b"], 0, "b")).toEqual(["b", "a"]);
    expect(pairWith(["a", "b"], 1, "a")).toEqual(["b", "a"]);
    expect(pairWith(["a", "b"], 1, "b")).toEqual(["a", "b"]);
  });
});

describe("the cells that tell them apart", () => {
  test("are those that differ, in the order that was sent", () => {
    expect(cellsApart(SENT).map(({ cell }) => cell)).toEqual([7, 3, 12]);
    expect(cellsApart(SENT)[1]).toEqual({
      ...{ cell: 3, one: 0, other: 0.5, difference: -0.5, interval: [-0.8, -0.1], p: null, pMax: null },
    });
    expect(cellsApart(null)).toEqual([]);
    expect(cellsApart({ ...SENT, cell: [], error: "why" })).toEqual([]);
  });

  test("are taken ten at a time, of both sides or of one", () => {
    const rows = Array.from({ length: 30 }, (_, i) => ({
      ...cellsApart(SENT)[0],
      cell: i,
      difference: i % 2 ? -1 : 1,
    }));
    const cells = rows as ReturnType<typeof cellsApart>;
    expect(takenCells(cells, null)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(takenCells(cells, 0)).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18]);
    expect(takenCells(cells, 1)).toEqual([1, 3, 5, 7, 9, 11, 13, 15, 17, 19]);
  });

  test("have an interval on the scale of the shares, seen from the second set, and cut off at its ends", () => {
    const [first, second] = cellsApart(SENT).map(intervalOnScale);
    expect(first?.[0]).toBeCloseTo(0.65);
    expect(first?.[1]).toBe(1);
    expect(second?.[0]).toBe(0);
    expect(second?.[1]).toBeCloseTo(0.4);
  });
});

test("differences have a sign, and none at zero", () => {
  expect([0.814, -0.6, 0.001, -0.001].map(formatDifference)).toEqual(["+0.81", "−0.60", "+0.00", "0.00"]);
  expect(formatEnds([-0.784, -0.001])).toBe("[−0.78, 0.00]");
});

test("a row tells all its numbers", () => {
  const [row] = cellsApart({ ...SENT, p: [0.002, 1, 1, 1], p_max: [0.03, 1, 1, 1] });
  expect(row && cellText(row, ["dogs", "cats "])).toBe(
    "+0.75 [0.40, 0.90]; dogs 1.00, cats␣ 0.25; p 0.0020, 0.030 adjusted for the number of cells",
  );
});

test("the caption says what is compared", () => {
  expect(captionOf(SENT, 3)).toBe(
    "Share of the phrases at which a cell is on all through (≥ 0.30); bars: 95 % interval of the difference. " +
      "3 of 20 cells differ.",
  );
  const limited = { ...SENT, off: [1, 2] as const, differing: 12, p: [0.1] };
  expect(captionOf(limited, 3)).toBe(
    "Share of the phrases at which a cell is on all through (≥ 0.30), off 1 step before, off 2 steps after; " +
      "bars: 95 % interval of the difference. 12 of 20 cells differ; the first 3 are listed. " +
      "p: of 1,000 draws, adjusted for 20 cells.",
  );
});

test("a sentence stands in place of the cells while there are none", () => {
  expect(emptyText(null, 0, true)).toBe("comparing…");
  expect(emptyText(SENT, 0, true)).toMatch(/^No cell follows the pattern at more phrases/);
  expect(emptyText({ ...SENT, error: "why" }, 0, true)).toBe("");
  expect(emptyText(SENT, 3, true)).toBe("");
});
