import { describe, expect, test } from "vitest";
import { envelopeText, onText, stepsText, trackText } from "../../../src/explorer/status/columns_readout";
import {
  type Columns,
  decodeColumns,
  decodeEnvelopes,
  type Envelopes,
} from "../../../src/explorer/time/columns";
import { NEXT, POS, PROBABILITY, sentColumns, sentEnvelopes } from "../fixtures";

const envelopes = decodeEnvelopes(sentEnvelopes(), null) as Envelopes;

test("a column is named by its steps, as far as there are steps", () => {
  expect(stepsText(12003, 16, 100000)).toBe("steps 12,000–12,015");
  expect(stepsText(12003, 1, 100000)).toBe("step 12,003");
  expect(stepsText(99999, 64, 100000)).toBe("steps 99,968–99,999");
});

test("a cell has its least and greatest value there", () => {
  expect(envelopeText(envelopes, 3, 2)).toBe("−1.00 to 1.00");
  expect(envelopeText(envelopes, 7, 3)).toBe("0.50");
  expect(envelopeText(envelopes, 5, 2)).toBeNull();
  expect(envelopeText(envelopes, 3, 9)).toBeNull();
});

test("cells that are on are a mean, or a count where a column is one step", () => {
  expect(onText(envelopes, 0)).toBe("0.5 of 2 selected cells on, on average");
  expect(onText({ ...envelopes, stride: 1 }, 1)).toBe("2 of 2 selected cells on");
  expect(onText({ ...envelopes, on: null }, 0)).toBeNull();
  expect(onText({ ...envelopes, selected: 0 }, 0)).toBeNull();
});

describe("a track", () => {
  const columns = decodeColumns(sentColumns()) as Columns;

  test("has its label, its mean, or the mean of its best score", () => {
    const labels = { kind: "categorical", codes: Int32Array.of(0, -1) } as const;
    expect(trackText(POS, columns, labels, 1)).toBe("NOUN");
    expect(trackText(POS, columns, labels, 2)).toBeNull();
    const values = { kind: "continuous", values: Float32Array.of(0.25, 0.5) } as const;
    expect(trackText(PROBABILITY, columns, values, 2)).toBe("p 0.50");
    const scores = { kind: "top-k", scores: Float32Array.of(0.75, Number.NaN) } as const;
    expect(trackText(NEXT, columns, scores, 1)).toBe("next 0.75");
    expect(trackText(NEXT, columns, scores, 2)).toBeNull();
  });

  test("has nothing outside the columns", () => {
    const values = { kind: "continuous", values: Float32Array.of(0.25, 0.5) } as const;
    expect(trackText(PROBABILITY, columns, values, 4)).toBeNull();
  });
});
