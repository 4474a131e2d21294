import { beforeEach, describe, expect, test } from "vitest";
import { decodeEnvelopes, type Envelopes } from "../../../src/explorer/time/columns";
import { columnShares, fillShares, layOut, lineAt, runLines } from "../../../src/explorer/words/coverage";
import { NO_COLORS } from "../../../src/shared/theme";
import { fakeColors } from "../../shared/fake_colors";
import { pageOf, sentColumns, sentEnvelopes, sentWindow } from "../fixtures";

beforeEach(fakeColors);

describe("the lines of the runs", () => {
  test("are as thick as fits, with a gap before the cells that are only pinned", () => {
    expect(layOut(2, 1, 1)).toEqual({ tops: [0, 3, 9], height: 2 });
    expect(layOut(0, 2, 1)).toEqual({ tops: [0, 3], height: 2 });
  });

  test("get as thin as a device pixel", () => {
    const { tops, height } = layOut(200, 0, 2);
    expect([tops[1], height]).toEqual([0.5, 0.5]);
    expect(layOut(100, 0, 2).tops[1]).toBe(1);
  });

  test("are those of the selected cells, then those of the pinned ones, each in its colour", () => {
    const window = sentWindow([
      [1, 0, 1],
      [1, 1, 0],
      [0, 1, 1],
    ]);
    const { model, view } = pageOf({
      ...{ threshold: 0.5, selected_cells: [0, 1], pinned_cells: { 2: "#123456", 1: "#654321", 9: null } },
      ...{ show_coverage: true, _window: window, _steps: 3, _layers: [{ name: "a", cells: 3 }] },
    });
    view.colors.value = { ...NO_COLORS, selected: "blue" };
    const lines = runLines(model, view);
    expect(lines.map(({ cell, color, runs }) => ({ cell, color, runs }))).toEqual([
      { cell: 0, color: "blue", runs: [[0, 2]] },
      { cell: 1, color: "#654321", runs: [[1, 3]] },
      {
        cell: 2,
        color: "#123456",
        runs: [
          [0, 1],
          [2, 3],
        ],
      },
    ]);
  });

  test("are found by their height", () => {
    const lines = [{ top: 0 }, { top: 3 }, { top: 9 }];
    expect([-1, 0, 4, 8, 50].map((y) => lineAt(lines, y)?.top)).toEqual([undefined, 0, 3, 3, 9]);
  });
});

test("in columns, bars are the mean share of selected cells that are on, cut at the edges of what is in sight", () => {
  const envelopes = decodeEnvelopes(sentEnvelopes(), null) as Envelopes;
  expect(columnShares(envelopes, [1, 4])).toEqual([
    { steps: [1, 2], share: 0.25 },
    { steps: [2, 4], share: 1 },
  ]);
  expect(columnShares(envelopes, [8, 9])).toEqual([]);
});

test("in columns, the line of a cell is as strong as the share of steps at which it is on, and never leaves one out", () => {
  const pixels = new Uint8ClampedArray(2 * 3 * 4);
  const lines = [9, 3, 5].map((cell) => ({ cell, color: String(cell) }));
  fillShares(pixels, { cells: [3, 9], shares: Uint8Array.of(0, 255, 1, 100) }, lines);
  const red = (line: number, column: number) => pixels[4 * (line * 2 + column)];
  const alphas = [0, 1, 2, 3, 4, 5].map((i) => pixels[4 * i + 3]);
  expect(alphas).toEqual([255, 100, 0, 16, 0, 0]);
  expect([red(0, 0), red(1, 1)]).toEqual([9, 3]);
});

test("in columns, lines are there once the shares are known", () => {
  const shares = (known: boolean) => {
    const sent = sentEnvelopes({ shares: known ? new DataView(Uint8Array.of(0, 1, 2, 3).buffer) : null });
    const traits = {
      selected_cells: [3, 7],
      word_width: 0.5,
      _columns: sentColumns(),
      _envelopes: sent,
      _steps: 4,
    };
    const { model, view } = pageOf({ ...traits, show_coverage: true, _layers: [{ name: "a", cells: 8 }] });
    return runLines(model, view).map(({ cell }) => cell);
  };
  expect(shares(true)).toEqual([3, 7]);
  expect(shares(false)).toEqual([]);
});
