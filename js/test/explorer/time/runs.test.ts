import { describe, expect, test } from "vitest";
import { countRuns, runsOf } from "../../../src/explorer/time/runs";
import { countOn, type Window } from "../../../src/explorer/time/window";

/** A window from text with a line for each cell, where "#" is on. It begins at step `start`. */
function drawn(lines: string[], start = 0, sequenceStarts: number[] = []): Window {
  const steps = lines[0]?.length ?? 0;
  const values = new Float32Array(steps * lines.length);
  lines.forEach((line, cell) => {
    for (let step = 0; step < steps; step++) {
      values[step * lines.length + cell] = line[step] === "#" ? 1 : line[step] === "?" ? Number.NaN : 0;
    }
  });
  return {
    layer: "layer",
    start,
    stop: start + steps,
    cells: lines.length,
    precision: "float32",
    values,
    words: [],
    tracks: new Map(),
    sequenceStarts,
  };
}

const LONG = 1000;

describe("the runs of cells", () => {
  test("are where they are on, value at the threshold and all", () => {
    const window = drawn([".##.#", "#?##.", "....."]);
    expect(runsOf(window, [0, 1, 2], 1, 1, 5)).toEqual([
      [
        [1, 3],
        [4, 5],
      ],
      [
        [0, 1],
        [2, 4],
      ],
      [],
    ]);
  });

  test("are of the cells asked for, in their order", () => {
    expect(runsOf(drawn(["#.", ".#", "##"]), [2, 0], 0.5, 1, 2)).toEqual([[[0, 2]], [[0, 1]]]);
  });

  test("are left out where they are too short", () => {
    const window = drawn([".#.##.###."]);
    expect(runsOf(window, [0], 0.5, 2, 10)).toEqual([
      [
        [3, 5],
        [6, 9],
      ],
    ]);
    expect(runsOf(window, [0], 0.5, 3, 10)).toEqual([[[6, 9]]]);
    expect(runsOf(window, [0], 0.5, 4, 10)).toEqual([[]]);
  });

  test("end where their sequence ends, and are measured within it", () => {
    const window = drawn(["..######"], 0, [0, 4]);
    expect(runsOf(window, [0], 0.5, 1, 8)).toEqual([
      [
        [2, 4],
        [4, 8],
      ],
    ]);
    expect(runsOf(window, [0], 0.5, 3, 8)).toEqual([[[4, 8]]]);
  });

  test("are kept at the window's edge, beyond which they may go on", () => {
    expect(runsOf(drawn(["#.#.#"], 100), [0], 0.5, 2, LONG)).toEqual([
      [
        [100, 101],
        [104, 105],
      ],
    ]);
  });

  test("are measured at an edge that is the end of the text or of a sequence", () => {
    expect(runsOf(drawn(["#.#.#"], 0), [0], 0.5, 2, 5)).toEqual([[]]);
    expect(runsOf(drawn(["#.#.#"], 100, [100]), [0], 0.5, 2, LONG)).toEqual([[[104, 105]]]);
  });

  test("count as many cells on at each step as there are, where none is left out", () => {
    const window = drawn([".##.#", "#?##.", "..#.."], 50, [52]);
    const cells = [0, 1, 2];
    expect(countRuns(window, runsOf(window, cells, 0.5, 1, LONG))).toEqual(countOn(window, cells, 0.5));
    expect([...countRuns(window, runsOf(window, cells, 0.5, 2, LONG))]).toEqual([1, 0, 1, 1, 1]);
  });
});
