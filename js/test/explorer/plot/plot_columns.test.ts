import { describe, expect, test } from "vitest";
import {
  fillDensity,
  highestOf,
  lineStrength,
  pickEnvelope,
  stretches,
} from "../../../src/explorer/plot/plot_columns";
import { decodeEnvelopes, type Envelopes } from "../../../src/explorer/time/columns";
import { sentEnvelopes } from "../fixtures";

const envelopes = decodeEnvelopes(sentEnvelopes(), null) as Envelopes;
const toPixel = (value: number) => 100 - 100 * value;

describe("an envelope", () => {
  test("is picked where the pointer is within or near it", () => {
    expect(pickEnvelope(envelopes, 1, 90, toPixel)).toBe(3);
    expect(pickEnvelope(envelopes, 1, 22, toPixel)).toBe(7);
    expect(pickEnvelope(envelopes, 1, 60, toPixel)).toBeNull();
    expect(pickEnvelope(envelopes, 9, 90, toPixel)).toBeNull();
  });

  test("of several that the pointer is within, the one whose middle is nearest is picked", () => {
    const nested = decodeEnvelopes(
      sentEnvelopes({ low: sentEnvelopes().low, cells: [3, 7], stop: 2 }),
      null,
    ) as Envelopes;
    nested.low.set([-1, 0.5]);
    nested.high.set([1, 0.75]);
    expect(pickEnvelope(nested, 0, toPixel(0.6), toPixel)).toBe(7);
    expect(pickEnvelope(nested, 0, toPixel(0.1), toPixel)).toBe(3);
  });

  test("has its number in the middle of the column where it is highest", () => {
    expect(highestOf(envelopes, 3, [0, 4])).toEqual({ step: 3, value: 1 });
    expect(highestOf(envelopes, 7, [0, 4])).toEqual({ step: 1, value: 0.75 });
    expect(highestOf(envelopes, 7, [2, 4])).toEqual({ step: 3, value: 0.5 });
    expect(highestOf(envelopes, 5, [0, 4])).toBeNull();
  });

  test("has gaps where there are no values", () => {
    const values = [1, 1, Number.NaN, 1, Number.NaN, Number.NaN, 1, 1];
    const hasValue = (column: number) => !Number.isNaN(values[column]);
    expect(stretches([0, 8], hasValue)).toEqual([
      [0, 2],
      [3, 4],
      [6, 8],
    ]);
    expect(stretches([4, 6], hasValue)).toEqual([]);
    expect(stretches([1, 3], hasValue)).toEqual([[1, 2]]);
  });

  test("is paler where there are many", () => {
    expect([0, 5, 10, 1000].map(lineStrength)).toEqual([1, 1, 0.5, 0.03]);
  });
});

test("density is drawn with its highest values at the top", () => {
  const pixels = new Uint8ClampedArray(4 * 2 * 3);
  // Two columns of three bins, from the lowest value up.
  fillDensity(pixels, Uint8Array.of(10, 0, 200, 0, 100, 0), 2, Uint8ClampedArray.of(1, 2, 3, 255));
  const opacity = Array.from({ length: 6 }, (_, i) => pixels[4 * i + 3]);
  expect(opacity).toEqual([170, 0, 0, 85, 8, 0]);
  expect([...pixels.slice(0, 3)]).toEqual([1, 2, 3]);
});
