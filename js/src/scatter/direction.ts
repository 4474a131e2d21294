/** Right, left, up, down on the screen: x grows rightwards, y downwards. */
export type Direction = readonly [x: 1 | 0 | -1, y: 1 | 0 | -1];

export const DIRECTIONS: Readonly<Record<string, Direction>> = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Points less than this many pixels away are at the same place. */
const SAME_PLACE = 0.5;
/** A pixel aside counts as so many ahead. */
const ASIDE = 2;

/**
 * The point nearest to (x, y) in a direction, within 45° to both sides, points straight ahead preferred; −1 if there
 * is none. `pixels` gives the place of a point in pixels.
 */
export function nearestInDirection(
  count: number,
  pixels: (point: number) => readonly [number, number],
  [x, y]: readonly [number, number],
  [dx, dy]: Direction,
  shown: (point: number) => boolean,
): number {
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  for (let point = 0; point < count; point++) {
    const [px, py] = pixels(point);
    const ahead = (px - x) * dx + (py - y) * dy;
    const aside = Math.abs((px - x) * dy - (py - y) * dx);
    if (ahead < SAME_PLACE || aside > ahead) continue;
    const cost = ahead + ASIDE * aside;
    if (cost < least && shown(point)) {
      least = cost;
      best = point;
    }
  }
  return best;
}
