import { describe, expect, test } from "vitest";
import {
  envelopeText,
  onText,
  sequencesText,
  stepsText,
  trackText,
} from "../../../src/explorer/status/columns_readout";
import {
  type Columns,
  decodeColumns,
  decodeEnvelopes,
  type Envelopes,
} from "../../../src/explorer/time/columns";
import { bytes, NEXT, POS, PROBABILITY, QUOTED, sentColumns, sentEnvelopes } from "../fixtures";

const envelopes = decodeEnvelopes(sentEnvelopes(), null) as Envelopes;

test("a column is named by its steps, as far as there are steps", () => {
  expect(stepsText(12003, 16, 100000)).toBe("steps 12,000–12,015");
  expect(stepsText(12003, 1, 100000)).toBe("step 12,003");
  expect(stepsText(99999, 64, 100000)).toBe("steps 99,968–99,999");
});

test("a column names the sequences that have steps in it", () => {
  const starts = bytes(Int32Array.of(1, 2));
  const columns = decodeColumns(sentColumns({ sequence_starts: starts, sequence: 811 })) as Columns;
  expect(sequencesText(columns, 0, 2000)).toBe("sequences 812–813");
  expect(sequencesText(columns, 2, 2000)).toBe("sequence 814");
  expect(sequencesText(columns, 9, 2000)).toBeNull();
  expect(sequencesText(columns, 0, 1)).toBeNull();
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

  test("has the shares of its labels, of which no more are named than fit", () => {
    const track = { ...POS, labels: ["NOUN", "DET", "VERB"] };
    const shown = {
      kind: "categorical" as const,
      codes: Int32Array.of(0, 0),
      most: Int32Array.of(1, 2),
      counts: Int32Array.of(1, 1, 0, 2, 0, 0),
    };
    expect(trackText(track, columns, shown, 1)).toBe("NOUN 50 %, DET 50 %");
    expect(trackText(track, columns, shown, 1, 1)).toBe("NOUN 50 %, others 50 %");
    expect(trackText(track, columns, shown, 2)).toBe("NOUN");
    const rest = { ...shown, codes: Int32Array.of(2, -1), counts: Int32Array.of(0, 0, 1, 0, 0, 0) };
    expect(trackText(track, columns, rest, 1)).toBe("VERB 50 %");
    expect(trackText(track, columns, rest, 2)).toBeNull();
  });

  test("has the spread of its numbers, and the share of its ones", () => {
    const values = {
      ...{ kind: "continuous" as const, values: Float32Array.of(0.25, 0.5) },
      ...{ quantiles: Float32Array.of(0, 0.2, 0.5, 0.5, 0.5, 0.5), known: Float32Array.of(1, 1) },
    };
    expect(trackText(PROBABILITY, columns, values, 0)).toBe("p 0.25 (0.00 to 0.50)");
    expect(trackText(PROBABILITY, columns, values, 2)).toBe("p 0.50");
    const shares = (...each: number[]) => ({
      ...{ kind: "continuous" as const, values: Float32Array.of(1, 1) },
      shares: Float32Array.from(each),
    });
    expect(trackText(QUOTED, columns, shares(0.5, 1), 0)).toBe("quoted 50 %");
    expect(trackText(QUOTED, columns, shares(0.001, 1), 0)).toBe("quoted <1 %");
    expect(trackText(QUOTED, columns, shares(0.5, 1), 2)).toBe("quoted");
    expect(trackText(QUOTED, columns, shares(0, Number.NaN), 0)).toBeNull();
    expect(trackText(QUOTED, columns, shares(0, Number.NaN), 2)).toBeNull();
  });

  test("has nothing outside the columns", () => {
    const values = { kind: "continuous", values: Float32Array.of(0.25, 0.5) } as const;
    expect(trackText(PROBABILITY, columns, values, 4)).toBeNull();
  });
});
