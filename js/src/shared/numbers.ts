export function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), Math.max(low, high));
}

/** How many decimals a number has when written out: 0.005 has three, 50 and 1e6 none. */
export function decimalsOf(step: number): number {
  const [digits = "", exponent] = step.toExponential().split("e");
  const fraction = digits.split(".")[1]?.length ?? 0;
  return Math.max(0, fraction - Number(exponent));
}

/** The multiple of `step` nearest to `value`. */
export function nearestMultiple(value: number, step: number): number {
  return step > 0 ? multiple(Math.round(value / step), step) : value;
}

/**
 * The multiple of `step` that is `count` steps further up (or down). Between two multiples, the first step leads to
 * the next one.
 */
export function nextMultiple(value: number, step: number, count: number): number {
  if (!(step > 0)) return value;
  // Rounded, so that a quotient such as 30.000000000000004 counts as a multiple.
  const position = Number((value / step).toPrecision(12));
  const base = count > 0 ? Math.floor(position) : Math.ceil(position);
  return multiple(base + count, step);
}

/** `count * step` as Python's round(count * step, decimals) gives it: 0.3, not 0.30000000000000004; 0, not -0. */
function multiple(count: number, step: number): number {
  const most = Number.MAX_VALUE;
  return clamp(Number((count * step).toFixed(decimalsOf(step))), -most, most) + 0;
}
