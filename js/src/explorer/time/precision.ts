/** The precision in which Python compares states with the threshold. */
export type Precision = "float16" | "float32" | "float64";

/** Round to the nearest number of the given precision, ties to even, as numpy rounds the threshold. */
export function roundToPrecision(value: number, precision: Precision): number {
  if (precision === "float64") return value;
  if (precision === "float32") return Math.fround(value);
  return roundToFloat16(value);
}

const FLOAT16_OVERFLOW = 65520;
const FLOAT16_LOWEST_EXPONENT = -14;
const FLOAT16_FRACTION_BITS = 10;

function roundToFloat16(value: number): number {
  const magnitude = Math.abs(value);
  if (magnitude === 0 || !Number.isFinite(value)) return value;
  if (magnitude >= FLOAT16_OVERFLOW) return Math.sign(value) * Number.POSITIVE_INFINITY;
  const exponent = Math.max(Math.floor(Math.log2(magnitude)), FLOAT16_LOWEST_EXPONENT);
  const unit = 2 ** (exponent - FLOAT16_FRACTION_BITS);
  // The division is exact, so the only rounding is the one below.
  return roundHalfToEven(value / unit) * unit;
}

function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
