import { describe, expect, test } from "vitest";
import {
  joinStarts,
  type KnownStarts,
  movedRange,
  sequenceAround,
  sequenceAt,
} from "../../../src/explorer/time/ranges";
import { brushedRange } from "../../../src/shared/ranges";

describe("a brush", () => {
  test("ends where the sequence in which it began ends", () => {
    const bounds = sequenceAround(10, [0, 8, 12], [0, 40]);
    expect(bounds).toEqual([8, 12]);
    expect(brushedRange(10, 30, bounds)).toEqual([10, 12]);
    expect(brushedRange(10, 2, bounds)).toEqual([8, 11]);
  });

  test("learns from the windows it passes where its sequence ends, and reaches no further", () => {
    let known: KnownStarts = { range: [0, 40], starts: [0, 8] };
    expect(sequenceAround(10, known.starts, known.range)).toEqual([8, 40]);
    known = joinStarts(known, { range: [30, 70], starts: [65] });
    expect(sequenceAround(10, known.starts, known.range)).toEqual([8, 65]);
    known = joinStarts(known, { range: [50, 90], starts: [65, 80] });
    expect(sequenceAround(10, known.starts, known.range)).toEqual([8, 65]);
  });

  test("learns nothing from a window that leaves a gap", () => {
    const known: KnownStarts = { range: [0, 40], starts: [0] };
    expect(joinStarts(known, { range: [41, 80], starts: [] })).toBe(known);
    expect(joinStarts(known, { range: [40, 80], starts: [50] }).range).toEqual([0, 80]);
  });

  test("reaches as far as the window where no sequence starts", () => {
    expect(sequenceAround(25, [], [20, 40])).toEqual([20, 40]);
    expect(sequenceAround(25, [25], [20, 40])).toEqual([25, 40]);
    expect(sequenceAround(25, [26], [20, 40])).toEqual([20, 26]);
  });
});

describe("a selection", () => {
  test("moves as a whole, and stays within its sequence", () => {
    expect(movedRange([10, 14], 3, [0, 25])).toEqual([13, 17]);
    expect(movedRange([10, 14], -30, [2, 25])).toEqual([2, 6]);
    expect(movedRange([10, 14], 30, [2, 25])).toEqual([21, 25]);
    expect(movedRange([10, 14], Number.POSITIVE_INFINITY, [2, 25])).toEqual([21, 25]);
  });
});

test("the number of a step's sequence is counted from that of another step", () => {
  const starts = [30, 40, 45];
  expect(sequenceAt(50, 35, 7, starts)).toBe(9);
  expect(sequenceAt(40, 35, 7, starts)).toBe(8);
  expect(sequenceAt(39, 35, 7, starts)).toBe(7);
  expect(sequenceAt(29, 35, 7, starts)).toBe(6);
  expect(sequenceAt(35, 35, 7, starts)).toBe(7);
});
