import { describe, expect, test } from "vitest";
import { countCodes, lookAt } from "../../../src/sequences/map/looks";
import { drawingOrder } from "../../../src/shared/points/order";
import { FADED, HIDDEN, NORMAL, RAMP_COLOR, REST_COLOR, SELECTED } from "../../../src/shared/points/painter";

const TABLE = {
  count: 3,
  bounds: Int32Array.of(0, 2, 3, 6),
  texts: ["", "", ""],
  target: Int32Array.of(0, 1, -1),
  prediction: Int32Array.of(0, 0, 1),
  ...{ confidence: null, settled: null, changes: null, largestJump: null, largestJumpAt: null },
};

const COLORS = {
  by: "expected",
  kind: "classes" as const,
  labels: [],
  codes: Uint16Array.of(0, 1, 11, 12, 300, 65535),
  strength: Uint8Array.of(255, 128, 51, 0, 255, 255),
  ...{ values: null, range: null },
};

/** The looks of all points: colour, strength, standing and code of each. */
function looksOf(change: object = {}, steps: Int32Array | null = null) {
  const count = steps?.length ?? 6;
  const looked = {
    points: { count, coordinates: new Float32Array(2 * count), steps },
    ...{ colors: COLORS, table: TABLE, passes: Uint8Array.of(1, 1, 1), fade: "none", shown: "all" },
    ...{ selected: new Int32Array(0), weakest: 0, ...change },
  };
  const order = drawingOrder(count);
  const bytes: number[][] = [];
  for (const _ of lookAt(looked, order, (first, looks) => {
    for (let i = 0; 4 * i < looks.length; i++) {
      bytes[order.pointAt(first + i)] = [...looks.subarray(4 * i, 4 * i + 4)];
    }
  })) {
    // All steps are wanted.
  }
  return bytes;
}

const standings = (...given: Parameters<typeof looksOf>) =>
  looksOf(...given).map(([, , standing]) => standing);

describe("how points look", () => {
  test("a class has its colour, as strong as it is sure; those beyond twelve, and none, share one", () => {
    expect(looksOf().map(([color, strength]) => [color, strength])).toEqual([
      ...[
        [0, 255],
        [1, 128],
        [11, 51],
        [REST_COLOR, 0],
        [REST_COLOR, 255],
        [REST_COLOR, 255],
      ],
    ]);
  });

  test("a class as likely as all others is the palest there is", () => {
    expect(looksOf({ weakest: 51 }).map(([, strength]) => strength)).toEqual([255, 96, 0, 0, 255, 255]);
  });

  test("numbers lie on the ramp, missing ones don't", () => {
    const values = Uint8Array.of(0, 254, 255, 1, 2, 3);
    const colors = { ...COLORS, kind: "values" as const, values, codes: null };
    expect(
      looksOf({ colors })
        .map(([color, value]) => [color, value])
        .slice(0, 3),
    ).toEqual([
      [RAMP_COLOR, 0],
      [RAMP_COLOR, 254],
      [REST_COLOR, 0],
    ]);
  });

  test("colours of another map are not used", () => {
    expect(looksOf({}, Int32Array.of(0, 3)).map(([color]) => color)).toEqual([REST_COLOR, REST_COLOR]);
  });

  test("sequences that the filters leave out are faded", () => {
    expect(standings({ passes: Uint8Array.of(1, 0, 1) })).toEqual([
      ...[NORMAL, NORMAL, FADED, NORMAL, NORMAL, NORMAL],
    ]);
  });

  test("sequences predicted correctly, or wrongly, are faded; without a true class neither", () => {
    expect(standings({ fade: "correct" })).toEqual([FADED, FADED, NORMAL, NORMAL, NORMAL, NORMAL]);
    expect(standings({ fade: "wrong" })).toEqual([NORMAL, NORMAL, FADED, NORMAL, NORMAL, NORMAL]);
  });

  test("only first or last steps are shown", () => {
    expect(standings({ shown: "first" })).toEqual([NORMAL, HIDDEN, NORMAL, NORMAL, HIDDEN, HIDDEN]);
    expect(standings({ shown: "last" })).toEqual([HIDDEN, NORMAL, NORMAL, HIDDEN, HIDDEN, NORMAL]);
  });

  test("selected steps stand out, unless they are hidden", () => {
    const selected = Int32Array.of(0, 2, 5);
    expect(standings({ selected, shown: "first" })).toEqual([
      ...[SELECTED, HIDDEN, SELECTED, NORMAL, HIDDEN, HIDDEN],
    ]);
  });

  test("a map of some steps tells their sequences and selection by step", () => {
    const change = { selected: Int32Array.of(3, 4), passes: Uint8Array.of(0, 1, 1) };
    expect(standings(change, Int32Array.of(1, 2, 4))).toEqual([FADED, NORMAL, SELECTED]);
  });
});

test("codes are counted, those beyond the labels together", () => {
  expect([...countCodes(Uint16Array.of(0, 1, 1, 7, 65535), 2)]).toEqual([1, 2, 2]);
});
