import { describe, expect, test } from "vitest";
import { cellDensity } from "../../../src/explorer/plot/cell_density";
import { decodeEnvelopes } from "../../../src/explorer/time/columns";
import { bytes, floats, sentEnvelopes } from "../fixtures";

/** One column of one cell from −1 to 1, drawn in 200 pixels, with the threshold in the middle. */
function rows(share: number | null, low = -1, high = 1) {
  const sent = sentEnvelopes({
    ...{ stop: 2, cells: [3], low: floats(low), high: floats(high) },
    shares: share === null ? null : bytes(Uint8Array.of(share)),
    threshold: share === null ? null : 0,
  });
  const envelopes = decodeEnvelopes(sent, null);
  if (!envelopes) throw new Error("nothing was decoded");
  return [...cellDensity(envelopes, [3], (value) => 100 - 100 * value, 200, 1)];
}

describe("a cell where steps share columns", () => {
  test("is the darker above the threshold the more of the steps it is on", () => {
    const strengths = [0, 26, 128, 255].map((share) => rows(share)[50] as number);
    expect(strengths[0]).toBe(0);
    expect(strengths).toEqual([...strengths].sort((a, b) => a - b));
    expect(strengths[2]).toBeCloseTo((strengths[1] as number) * (128 / 26), 5);
    expect(strengths[3]).toBeGreaterThan(0.9);
  });

  test("is pale below it, and not there if it is always on", () => {
    expect(rows(128)[150]).toBeGreaterThan(0);
    expect(rows(128)[150]).toBeLessThan((rows(128)[50] as number) / 4);
    expect(rows(255)[150]).toBe(0);
  });

  test("is a line of two pixels where it stays at a value", () => {
    const drawn = rows(255, 0.5, 0.5);
    expect(drawn.flatMap((strength, row) => (strength > 0 ? [row] : []))).toEqual([49, 50]);
  });

  test("is drawn evenly until the shares are known, and not at all without a value", () => {
    const unknown = rows(null);
    expect(unknown[50]).toBeCloseTo(unknown[150] as number, 6);
    expect(Math.max(...rows(255, Number.NaN, Number.NaN))).toBe(0);
  });
});
