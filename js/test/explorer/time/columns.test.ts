import { describe, expect, test } from "vitest";
import {
  columnAround,
  columnOf,
  columnsIn,
  decodeColumns,
  decodeEnvelopes,
  stepsOfColumn,
  wholeColumns,
} from "../../../src/explorer/time/columns";

import { sentEnvelopes } from "../fixtures";

const SPAN = { start: 8, stop: 21, stride: 4 };

describe("columns of four steps", () => {
  test("begin at multiples of four, and the last one may be cut off", () => {
    expect([7, 8, 11, 12, 20, 21].map((step) => columnOf(SPAN, step))).toEqual([-1, 0, 0, 1, 3, -1]);
    expect(stepsOfColumn(SPAN, 1)).toEqual([12, 16]);
    expect(stepsOfColumn(SPAN, 3)).toEqual([20, 21]);
    expect(columnAround(14, 4)).toEqual([12, 16]);
  });
  test("are those that hold a step in view", () => {
    expect(columnsIn(SPAN, [0, 100])).toEqual([0, 4]);
    expect(columnsIn(SPAN, [15, 17])).toEqual([1, 3]);
    expect(columnsIn(SPAN, [30, 40])).toEqual([0, 0]);
  });
  test("are brushed whole, as far as the sequence goes", () => {
    expect(wholeColumns([13, 18], 4, [0, 100])).toEqual([12, 20]);
    expect(wholeColumns([13, 18], 4, [13, 19])).toEqual([13, 19]);
    expect(wholeColumns([13, 18], 1, [0, 100])).toEqual([13, 18]);
  });
});

describe("envelopes", () => {
  test("keep what was on until it is counted anew for the same columns", () => {
    const first = decodeEnvelopes(sentEnvelopes(), null);
    const next = decodeEnvelopes(sentEnvelopes({ on: null, selected: 5 }), first);
    expect([...(next?.on ?? [])]).toEqual([0.5, 2]);
    expect(next?.selected).toBe(2);
    expect(decodeEnvelopes(sentEnvelopes({ on: null, start: 2 }), first)?.on).toBeNull();
  });
});

test("starts of sequences are counted from the first step sent", () => {
  const sent = {
    ...{ layer: "a", stride: 2, start: 10, stop: 14, words: null, tracks: {} },
    lowest: new DataView(new Float64Array(2).buffer),
    highest: new DataView(new Float64Array(2).buffer),
    density: new DataView(new Uint8Array(4).buffer),
    density_range: [0, 1] as const,
    sequence_starts: new DataView(Int32Array.from([0, 3]).buffer),
  };
  expect(decodeColumns(sent)?.sequenceStarts).toEqual([10, 13]);
});
