import { describe, expect, test } from "vitest";
import { onText, stepsText } from "../../../src/explorer/footer/columns_readout";
import { pickEnvelope } from "../../../src/explorer/plot/plot_columns";
import {
  columnAround,
  columnOf,
  columnsIn,
  decodeColumns,
  decodeEnvelopes,
  type SentEnvelopes,
  stepsOfColumn,
  wholeColumns,
} from "../../../src/explorer/time/columns";

const SPAN = { start: 8, stop: 21, stride: 4 };
const floats = (...values: number[]) => new DataView(Float32Array.from(values).buffer);

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

function envelopes(changes: Partial<SentEnvelopes> = {}): SentEnvelopes {
  return {
    ...{ layer: "a", stride: 2, start: 0, stop: 4, cells: [3, 7], dtype: "float32", selected: 2 },
    low: floats(0, 0.5, -1, 0.5),
    high: floats(0.25, 0.75, 1, 0.5),
    on: floats(0.5, 2),
    ...changes,
  };
}

describe("envelopes", () => {
  test("keep what was on until it is counted anew for the same columns", () => {
    const first = decodeEnvelopes(envelopes(), null);
    const next = decodeEnvelopes(envelopes({ on: null, selected: 5 }), first);
    expect([...(next?.on ?? [])]).toEqual([0.5, 2]);
    expect(next?.selected).toBe(2);
    expect(decodeEnvelopes(envelopes({ on: null, start: 2 }), first)?.on).toBeNull();
  });
  test("are picked where the pointer is within or near them", () => {
    const sent = decodeEnvelopes(envelopes(), null);
    if (!sent) throw new Error("none");
    const toPixel = (value: number) => 100 - 100 * value;
    expect(pickEnvelope(sent, 1, 90, toPixel)).toBe(3);
    expect(pickEnvelope(sent, 1, 22, toPixel)).toBe(7);
    expect(pickEnvelope(sent, 1, 60, toPixel)).toBeNull();
    expect(pickEnvelope(sent, 9, 90, toPixel)).toBeNull();
  });
  test("are read out as steps and a mean", () => {
    const sent = decodeEnvelopes(envelopes(), null);
    if (!sent) throw new Error("none");
    expect(onText(sent, 0)).toBe("0.5 of 2 selected cells on, on average");
    expect(stepsText(12003, 16, 100000)).toBe("steps 12,000–12,015");
    expect(stepsText(12003, 1, 100000)).toBe("step 12,003");
    expect(stepsText(99999, 64, 100000)).toBe("steps 99,968–99,999");
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
