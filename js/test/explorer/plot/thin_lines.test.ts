import { expect, test } from "vitest";
import { coverage, LINE } from "../../../src/explorer/plot/thin_lines";
import { decodeWindow, type Window } from "../../../src/explorer/time/window";

const HEIGHT = 40;
const MANY = Uint32Array.from({ length: 100 * LINE }, (_, i) => i);

/** A window with these heights, a list for each cell. */
function windowOf(cells: number[][]): Window {
  const steps = cells[0]?.length ?? 0;
  const values = Float32Array.from({ length: steps * cells.length }, (_, i) => {
    return cells[i % cells.length]?.[Math.floor(i / cells.length)] as number;
  });
  const shown = decodeWindow(
    {
      layer: "layer",
      start: 0,
      stop: steps,
      cells: cells.length,
      dtype: "float32",
      values,
      words: [],
      tracks: {},
      sequence_starts: [],
    },
    null,
  );
  if (!shown) throw new Error("no window");
  return shown;
}

/** In lines, [row][column]. */
function cover(cells: number[][], stepWidth = 10, height = HEIGHT): number[][] {
  const window = windowOf(cells);
  const width = Math.round(window.stop * stepWidth);
  const geometry = { steps: [0, window.stop] as const, stepWidth, toPixel: (value: number) => value };
  const every = cells.map((_, cell) => cell);
  const flat = coverage(window, every, geometry, width, height, MANY);
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => (flat[y * width + x] as number) / LINE),
  );
}

const columnSum = (rows: number[][], x: number) => rows.reduce((sum, row) => sum + (row[x] as number), 0);

test("a level line covers one row between the first and the last step", () => {
  const rows = cover([[20.5, 20.5, 20.5]]);
  expect(rows[20]).toEqual(Array.from({ length: 30 }, (_, x) => (x >= 5 && x < 25 ? 1 : 0)));
  expect(rows.flat().reduce((sum, covered) => sum + covered, 0)).toBe(20);
});

test("between two rows it covers half of each", () => {
  const rows = cover([[20, 20]]);
  expect([rows[19]?.[10], rows[20]?.[10]]).toEqual([0.5, 0.5]);
});

test("in each column a line covers as much as it is long", () => {
  for (const slope of [0.5, 1, 2.5]) {
    const rows = cover([[5, 5 + 10 * slope]]);
    for (let x = 7; x < 13; x++) {
      expect(columnSum(rows, x)).toBeCloseTo(Math.sqrt(1 + slope * slope), 0);
      // Where the line goes through the middle of the column.
      expect(rows[Math.floor(5 + slope * (x - 4.5))]?.[x]).toBeGreaterThan(0.5);
    }
  }
});

test("a steep line does not reach beyond its ends", () => {
  const rows = cover([[5, 30, 5]], 2);
  const covered = rows.map((row) => row.some((lines) => lines > 0));
  expect(covered.indexOf(true)).toBeGreaterThanOrEqual(4);
  expect(covered.lastIndexOf(true)).toBeLessThanOrEqual(30);
});

test("lines add up", () => {
  const one = cover([[3, 30, 12]]);
  const three = cover([
    [3, 30, 12],
    [3, 30, 12],
    [20.5, 20.5, 20.5],
  ]);
  const level = cover([[20.5, 20.5, 20.5]]);
  three.forEach((row, y) => {
    row.forEach((covered, x) => {
      const expected = 2 * (one[y]?.[x] as number) + (level[y]?.[x] as number);
      expect(Math.abs(covered - expected)).toBeLessThanOrEqual(2 / LINE);
    });
  });
});

test("a value that is not finite leaves a gap, and one alone between two gaps is a short stroke", () => {
  const gap = Number.NaN;
  const rows = cover([[10.5, 10.5, gap, 20.5, Number.POSITIVE_INFINITY, 10.5, 10.5]]);
  expect(rows[10]?.map((covered, x) => (covered > 0 ? x : -1)).filter((x) => x >= 0)).toEqual([
    ...Array.from({ length: 10 }, (_, i) => 5 + i),
    ...Array.from({ length: 10 }, (_, i) => 55 + i),
  ]);
  expect(rows[20]?.filter((covered) => covered > 0)).toEqual([1]);
});

test("what lies above or below the picture is cut off, and covers nothing", () => {
  const rows = cover([
    [-100, 100, -100],
    [-50, -50, -50],
    [90, 90, 90],
  ]);
  const crossing = cover([[-100, 100, -100]]);
  expect(rows).toEqual(crossing);
  expect(columnSum(rows, 10)).toBeGreaterThan(10);
});

test("steps narrower than a pixel still meet every column", () => {
  const rows = cover([Array.from({ length: 40 }, () => 20.5)], 0.5);
  expect(rows[20]?.slice(1, 19).every((covered) => covered === 1)).toBe(true);
});

test("more lines than the table has entries for are counted as its last one", () => {
  const window = windowOf(Array.from({ length: 5 }, () => [20.5, 20.5]));
  const geometry = { steps: [0, 2] as const, stepWidth: 10, toPixel: (value: number) => value };
  const table = Uint32Array.from({ length: 2 * LINE + 1 }, (_, i) => i);
  const flat = coverage(window, [0, 1, 2, 3, 4], geometry, 20, HEIGHT, table);
  expect(flat[20 * 20 + 10]).toBe(2 * LINE);
});

test("values far outside a narrow axis draw what passes through it, and nothing else", () => {
  const far = 1e12;
  const rows = cover([
    [far, far, far],
    [-far, far, -far],
  ]);
  expect(rows).toEqual(cover([[-1e5, 1e5, -1e5]]));
  expect(columnSum(cover([[far, far, far]]), 15)).toBe(0);
});

test("the longest segment ends where its step is", () => {
  const rows = cover([[2.5, 37.5]], 400);
  for (const [x, y] of [
    [201, 2],
    [400, 20],
    [598, 37],
  ] as const) {
    expect(rows[y]?.[x]).toBeGreaterThan(0.4);
    expect(columnSum(rows, x)).toBeCloseTo(1, 0);
  }
});
