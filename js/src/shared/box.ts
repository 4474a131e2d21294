import { clamp } from "./numbers";

/** A part of the plane. */
export type Box = readonly [left: number, right: number, bottom: number, top: number];

const MARGIN = 0.05;
/** How far one can zoom in and out, compared with all points in view. */
const NEAREST = 300;
const FARTHEST = 1.25;

/** A box around all points that are somewhere, with a margin. If all are at one place, the margin is 1. */
export function boxAround(coordinates: Float32Array): Box {
  const ends = [0, 1].flatMap((axis) => {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let i = axis; i < coordinates.length; i += 2) {
      const value = coordinates[i] as number;
      if (value < low && value > Number.NEGATIVE_INFINITY) low = value;
      if (value > high && value < Number.POSITIVE_INFINITY) high = value;
    }
    if (!(low <= high)) return [-1, 1];
    const margin = (high - low) * MARGIN || 1;
    return [low - margin, high + margin];
  });
  return ends as unknown as Box;
}

/** The least box around this one that has the shape of a plot: a unit is as long sideways as upwards. */
export function inShape([left, right, bottom, top]: Box, width: number, height: number): Box {
  const perPixel = Math.max((right - left) / width, (top - bottom) / height);
  const [x, y] = [(left + right) / 2, (bottom + top) / 2];
  const [halfX, halfY] = [(perPixel * width) / 2, (perPixel * height) / 2];
  return [x - halfX, x + halfX, y - halfY, y + halfY];
}

/** A box on the way from one to another; `share` 0: the first. */
export function between(from: Box, to: Box, share: number): Box {
  return from.map((end, i) => end + ((to[i] as number) - end) * share) as unknown as Box;
}

/** The box zoomed in by `factor`, with the point (x, y) staying where it is. */
export function zoomed(box: Box, factor: number, x: number, y: number, extent: Box): Box {
  const [left, right, bottom, top] = box;
  const whole = extent[1] - extent[0];
  const width = right - left;
  const scale = clamp(width / factor, whole / NEAREST, whole * FARTHEST) / width;
  return within(
    [x - (x - left) * scale, x + (right - x) * scale, y - (y - bottom) * scale, y + (top - y) * scale],
    extent,
  );
}

export function moved(box: Box, dx: number, dy: number, extent: Box): Box {
  return within([box[0] + dx, box[1] + dx, box[2] + dy, box[3] + dy], extent);
}

/** Move a box so that its middle is not outside the points. */
function within([left, right, bottom, top]: Box, extent: Box): Box {
  const x = (left + right) / 2;
  const y = (bottom + top) / 2;
  const dx = clamp(x, extent[0], extent[1]) - x;
  const dy = clamp(y, extent[2], extent[3]) - y;
  return [left + dx, right + dx, bottom + dy, top + dy];
}

/** The box, moved to have (x, y) in its middle if (x, y) is not in view or at the edge. */
export function showing(box: Box, x: number, y: number): Box {
  const [left, right, bottom, top] = box;
  const side = (right - left) * MARGIN;
  const above = (top - bottom) * MARGIN;
  const inside = x >= left + side && x <= right - side && y >= bottom + above && y <= top - above;
  if (inside) return box;
  const dx = x - (left + right) / 2;
  const dy = y - (bottom + top) / 2;
  return [left + dx, right + dx, bottom + dy, top + dy];
}

/** Convert units of a box to pixels from the upper left corner of a plot of this size, and back. */
export function projection([left, right, bottom, top]: Box, width: number, height: number) {
  const perX = width / (right - left);
  const perY = height / (top - bottom);
  return {
    perX,
    perY,
    toX: (x: number) => (x - left) * perX,
    toY: (y: number) => (top - y) * perY,
    fromX: (pixel: number) => left + pixel / perX,
    fromY: (pixel: number) => top - pixel / perY,
  };
}

export type Projection = ReturnType<typeof projection>;
