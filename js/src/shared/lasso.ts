import type { Place } from "./place";

/** Whether a place lies in the polygon with these corners: a ray from it crosses an odd number of sides. */
export function isInside([x, y]: Place, corners: readonly Place[]): boolean {
  let inside = false;
  corners.forEach(([ax, ay], i) => {
    const [bx, by] = corners[(i + 1) % corners.length] as Place;
    if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) inside = !inside;
  });
  return inside;
}
