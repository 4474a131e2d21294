import { clamp } from "./numbers";

/** Finds points by their place without looking at all of them. Points that are nowhere (NaN) are never found. */
export interface Grid {
  /** The shown point nearest to (x, y) within an ellipse with these half axes; −1 if there is none. */
  nearest(x: number, y: number, halfX: number, halfY: number, shown: (point: number) => boolean): number;
  /** See each point in a rectangle, and some around it, in any order. */
  visit(left: number, right: number, bottom: number, top: number, see: (point: number) => void): void;
  /** The points in a rectangle, in any order. */
  within(left: number, right: number, bottom: number, top: number): number[];
  /** The points at exactly the place of this one, in order. */
  stack(point: number): number[];
}

const POINTS_A_SQUARE = 4;
/** Points that a step of `buildGrid` looks at. */
const POINTS_A_STEP = 40_000;

/** Sort points, given as x and y in turn, into squares. */
export function createGrid(coordinates: Float32Array): Grid {
  const steps = buildGrid(coordinates);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/**
 * As `createGrid`, in steps that are short enough for a frame. The points of square s are
 * `order[first[s] … first[s + 1])`.
 */
export function* buildGrid(coordinates: Float32Array): Generator<void, Grid> {
  const count = coordinates.length / 2;
  const side = Math.max(1, Math.ceil(Math.sqrt(count / POINTS_A_SQUARE)));
  const x = axisOf(coordinates, 0, side);
  const y = axisOf(coordinates, 1, side);
  yield;
  // Those that are nowhere lie behind the last square.
  const squares = side * side;
  const squareOf = new Int32Array(count);
  const first = new Int32Array(squares + 2);
  for (let i = 0; i < count; i++) {
    const [px, py] = [coordinates[2 * i] as number, coordinates[2 * i + 1] as number];
    const square = Number.isFinite(px + py) ? y(py) * side + x(px) : squares;
    squareOf[i] = square;
    first[square + 1] = (first[square + 1] as number) + 1;
    if (i % POINTS_A_STEP === POINTS_A_STEP - 1) yield;
  }
  for (let s = 0; s <= squares; s++) first[s + 1] = (first[s + 1] as number) + (first[s] as number);
  yield;
  const next = first.slice();
  const order = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const square = squareOf[i] as number;
    const at = next[square] as number;
    order[at] = i;
    next[square] = at + 1;
    if (i % POINTS_A_STEP === POINTS_A_STEP - 1) yield;
  }

  const visit = (left: number, right: number, bottom: number, top: number, see: (point: number) => void) => {
    for (let row = y(bottom); row <= y(top); row++) {
      const end = first[row * side + x(right) + 1] as number;
      for (let at = first[row * side + x(left)] as number; at < end; at++) see(order[at] as number);
    }
  };

  return {
    visit,
    nearest(atX, atY, halfX, halfY, shown) {
      let best = -1;
      let least = 1;
      visit(atX - halfX, atX + halfX, atY - halfY, atY + halfY, (point) => {
        const dx = ((coordinates[2 * point] as number) - atX) / halfX;
        const dy = ((coordinates[2 * point + 1] as number) - atY) / halfY;
        const distance = dx * dx + dy * dy;
        if (distance > least || (distance === least && best >= 0) || !shown(point)) return;
        least = distance;
        best = point;
      });
      return best;
    },
    within(left, right, bottom, top) {
      const found: number[] = [];
      visit(left, right, bottom, top, (point) => {
        const [px, py] = [coordinates[2 * point] as number, coordinates[2 * point + 1] as number];
        if (px >= left && px <= right && py >= bottom && py <= top) found.push(point);
      });
      return found;
    },
    stack(point) {
      const [px, py] = [coordinates[2 * point] as number, coordinates[2 * point + 1] as number];
      return this.within(px, px, py, py);
    },
  };
}

/** Number of the row or column of squares that a coordinate lies in. Outside the points it is the one at the edge. */
function axisOf(coordinates: Float32Array, axis: 0 | 1, side: number): (value: number) => number {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = axis; i < coordinates.length; i += 2) {
    const value = coordinates[i] as number;
    if (value < low && value > Number.NEGATIVE_INFINITY) low = value;
    if (value > high && value < Number.POSITIVE_INFINITY) high = value;
  }
  const scale = high > low ? side / (high - low) : 0;
  return (value) => (scale === 0 ? 0 : clamp(Math.floor((value - low) * scale), 0, side - 1));
}
