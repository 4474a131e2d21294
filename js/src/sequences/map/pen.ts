import type { Place } from "../../shared/place";
import type { PlacedLabel } from "./labels";
import { isThere } from "./segments";

/** What all marks of the map are drawn with, in pixels of the page. */
export type Pen = CanvasRenderingContext2D;

export function disc(pen: Pen, [x, y]: Place, radius: number, fill: string): void {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.fillStyle = fill;
  pen.fill();
}

/** A ring around each place, all in one path. */
export function rings(pen: Pen, places: Iterable<Place>, radius: number, color: string, width: number): void {
  pen.beginPath();
  for (const [x, y] of places) {
    pen.moveTo(x + radius, y);
    pen.arc(x, y, radius, 0, 2 * Math.PI);
  }
  pen.strokeStyle = color;
  pen.lineWidth = width;
  pen.stroke();
}

/** Steps `from` to `to` of a path, given as x and y in turn; those that are nowhere are passed over. */
export function trace(pen: Pen | Path2D, path: Float32Array, from: number, to: number): void {
  let isDown = false;
  for (let i = from; i <= to; i++) {
    if (!isThere(path, i)) continue;
    const [x, y] = [path[2 * i] as number, path[2 * i + 1] as number];
    if (isDown) pen.lineTo(x, y);
    else pen.moveTo(x, y);
    isDown = true;
  }
}

/** Texts with a halo in the colour of the ground, so that they can be read over anything. */
export function write(pen: Pen, labels: readonly PlacedLabel[], color: string, ground: string): void {
  pen.textBaseline = "middle";
  pen.textAlign = "left";
  pen.lineJoin = "round";
  pen.lineWidth = 3.5;
  for (const { text, left, middle } of labels) {
    pen.strokeStyle = ground;
    pen.strokeText(text, left, middle);
    pen.fillStyle = color;
    pen.fillText(text, left, middle);
  }
}

export const LABEL_SIZE = 12;
