/**
 * The order in which the points of a map are drawn. Any first part of it is spread evenly over all points, and so over
 * all sequences: it stands for all of them while there is no time to draw all.
 */
export interface DrawingOrder {
  readonly count: number;
  /** The point drawn as the i-th. */
  pointAt(i: number): number;
}

const GOLDEN = (Math.sqrt(5) - 1) / 2;

export function drawingOrder(count: number): DrawingOrder {
  // Multiples of the golden ratio leave no large gaps. A stride without a common divisor reaches every point once.
  let stride = Math.max(1, Math.round(count * GOLDEN));
  while (commonDivisor(stride, count) > 1) stride++;
  // Below 2⁵³ for up to a hundred million points.
  return { count, pointAt: (i) => (i * stride) % count };
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
