import { expect, test } from "vitest";
import { columnFills } from "../../../src/explorer/tracks/track_columns";
import { rampFills } from "../../../src/explorer/tracks/track_ramp";
import { NO_COLORS } from "../../../src/shared/theme";
import { NEXT, POS, PROBABILITY } from "../fixtures";

const COLORS = {
  ...NO_COLORS,
  ...{ labels: ["red", "green"], labelRest: "grey", labelStrength: 0.5 },
  ...{ rampZero: "white", ramp: "blue", rampBelow: "brown", rampAbove: "teal", word: "pale", line: "dark" },
};

test("nothing is drawn where there is no value, no label and no score", () => {
  expect(rampFills(Number.NaN, [0, 1], 1, COLORS)).toEqual([]);
  expect(columnFills(POS, { kind: "categorical", codes: Int32Array.of(-1) }, 0, 1, COLORS)).toEqual([]);
  expect(columnFills(NEXT, { kind: "top-k", scores: Float32Array.of(Number.NaN) }, 0, 1, COLORS)).toEqual([]);
});

test("a column has the colour of its most frequent label, of its mean, or of its best score", () => {
  const fills = (track: typeof POS, shown: Parameters<typeof columnFills>[1]) =>
    columnFills(track, shown, 1, 0.5, COLORS);
  expect(fills(POS, { kind: "categorical", codes: Int32Array.of(0, 1) })).toEqual([
    { color: "green", alpha: 0.25 },
  ]);
  expect(fills(POS, { kind: "categorical", codes: Int32Array.of(0, 40) })).toEqual([
    { color: "grey", alpha: 0.25 },
  ]);
  expect(fills(PROBABILITY, { kind: "continuous", values: Float32Array.of(0, 0.5) })).toEqual([
    { color: "white", alpha: 0.5 },
    { color: "blue", alpha: 0.25 },
  ]);
  expect(fills(NEXT, { kind: "top-k", scores: Float32Array.of(0, 0.5) })).toEqual([
    { color: "pale", alpha: 1 },
    { color: "dark", alpha: 0.15 },
  ]);
});
