import { describe, expect, test } from "vitest";
import { roundToPrecision } from "../../../src/explorer/time/precision";

/** Every finite float16, decoded from its bits as IEEE 754 defines them. */
function* float16Values(): Generator<number> {
  for (let bits = 0; bits < 0x7c00; bits++) {
    const exponent = bits >> 10;
    const fraction = bits & 0x3ff;
    yield exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25);
  }
}

describe("a threshold rounded to float16", () => {
  test("stays as it is where it is a float16", () => {
    for (const value of float16Values()) {
      expect(roundToPrecision(value, "float16")).toBe(value);
      expect(roundToPrecision(-value, "float16")).toBe(-value);
    }
  });

  test("goes to the nearer of its two neighbours, and from the middle to the even one", () => {
    const values = [...float16Values()];
    for (let i = 0; i + 1 < values.length; i++) {
      const low = values[i] as number;
      const high = values[i + 1] as number;
      const middle = (low + high) / 2;
      expect(roundToPrecision(low + (high - low) * 0.49, "float16")).toBe(low);
      expect(roundToPrecision(low + (high - low) * 0.51, "float16")).toBe(high);
      expect(roundToPrecision(middle, "float16")).toBe(i % 2 === 0 ? low : high);
    }
  });

  test("overflows where numpy's does", () => {
    expect(roundToPrecision(65519.99, "float16")).toBe(65504);
    expect(roundToPrecision(65520, "float16")).toBe(Number.POSITIVE_INFINITY);
    expect(roundToPrecision(-1e300, "float16")).toBe(Number.NEGATIVE_INFINITY);
  });

  test("knows numpy's 0.3 and 0.1", () => {
    // np.float16(0.3), np.float16(0.1)
    expect(roundToPrecision(0.3, "float16")).toBe(0.300048828125);
    expect(roundToPrecision(0.1, "float16")).toBe(0.0999755859375);
  });
});

test("float32 rounds and float64 does not", () => {
  // np.float32(0.3)
  expect(roundToPrecision(0.3, "float32")).toBe(0.30000001192092896);
  expect(roundToPrecision(0.3, "float64")).toBe(0.3);
});
