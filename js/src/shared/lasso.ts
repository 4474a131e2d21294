import { clamp } from "./numbers";
import type { Place } from "./place";

/** Rows that the sides of a polygon are sorted into. */
const ROWS = 128;

/**
 * Tells whether a place lies in the polygon with these corners: a ray from it crosses an odd number of sides. The sides
 * are sorted into rows first, so that a million places ask only for those beside them.
 */
export function insideOf(corners: readonly Place[]): (x: number, y: number) => boolean {
  const ys = corners.map(([, y]) => y);
  const [low, high] = [Math.min(...ys), Math.max(...ys)];
  const rowOf = (y: number) => clamp(Math.floor(((y - low) / (high - low || 1)) * ROWS), 0, ROWS - 1);
  const rows = Array.from({ length: ROWS }, (): number[] => []);
  corners.forEach(([ax, ay], i) => {
    const [bx, by] = corners[(i + 1) % corners.length] as Place;
    for (let row = rowOf(Math.min(ay, by)); row <= rowOf(Math.max(ay, by)); row++)
      rows[row]?.push(ax, ay, bx, by);
  });
  return (x, y) => {
    const sides = rows[rowOf(y)] as number[];
    let inside = false;
    for (let i = 0; i < sides.length; i += 4) {
      const [ay, by] = [sides[i + 1] as number, sides[i + 3] as number];
      if (ay > y === by > y) continue;
      const [ax, bx] = [sides[i] as number, sides[i + 2] as number];
      if (x < ax + ((y - ay) / (by - ay)) * (bx - ax)) inside = !inside;
    }
    return inside;
  };
}
