import type { Envelopes } from "../time/columns";

/** Opacity where all cells are on at all steps of a column. */
const MOST = 0.95;
/** Off is paler than on. */
const OFF = 0.14;
/** Least height of what is drawn, in pixels. */
const LEAST = 2;
/** A band of this height counts twice as much as a very high one, so that cells that stay at a value are lines. */
const NARROW = 12;

/**
 * The opacity of each pixel, 0…1, where some cells are drawn in columns of several steps: row by row from the top, one
 * pixel a column. A cell is drawn as two bands, from the threshold to its greatest value and from there to its least.
 * The first is as strong as the share of the column's steps at which the cell is on, the second as that at which it is
 * off, and paler. So one sees when cells are on, and how high they get, where lines would be one block of colour.
 */
export function cellDensity(
  envelopes: Envelopes,
  cells: readonly number[],
  toPixel: (value: number) => number,
  rows: number,
  ratio: number,
): Float32Array {
  const { low, high, shares, threshold } = envelopes;
  const size = envelopes.cells.length;
  const count = size === 0 ? 0 : low.length / size;
  const placeOf = new Map(envelopes.cells.map((cell, place) => [cell, place]));
  const places = cells.map((cell) => placeOf.get(cell)).filter((place) => place !== undefined);
  const found = new Float32Array(count * rows);
  const changes = new Float32Array(rows + 2);
  const draw = (from: number, to: number, share: number) => {
    const middle = (toPixel(from) + toPixel(to)) * 0.5 * ratio;
    const height = Math.max(LEAST, Math.abs(toPixel(from) - toPixel(to)));
    const strength = (share * (1 + NARROW / height)) / places.length;
    change(changes, middle - (height / 2) * ratio, strength, rows);
    change(changes, middle + (height / 2) * ratio, -strength, rows);
  };
  for (let column = 0; column < count; column++) {
    changes.fill(0);
    for (const place of places) {
      const at = column * size + place;
      const [from, to] = [low[at] as number, high[at] as number];
      if (!Number.isFinite(from)) continue;
      if (!shares || threshold === null) {
        draw(from, to, OFF);
        continue;
      }
      const on = (shares[at] as number) / 255;
      if (on > 0) draw(Math.max(from, threshold), Math.max(to, threshold), on);
      if (on < 1) draw(Math.min(from, threshold), Math.min(to, threshold), OFF * (1 - on));
    }
    let strength = 0;
    for (let row = 0; row < rows; row++) {
      strength += changes[row] as number;
      // Adding up leaves tiny remainders.
      if (strength > 1e-6) found[row * count + column] = MOST * Math.min(1, strength);
    }
  }
  return found;
}

/** From the height `y` on down there is `amount` more in each pixel. */
function change(changes: Float32Array, y: number, amount: number, rows: number): void {
  const at = Math.min(Math.max(y, 0), rows);
  const row = Math.floor(at);
  const below = amount * (at - row);
  changes[row] = (changes[row] as number) + amount - below;
  changes[row + 1] = (changes[row + 1] as number) + below;
}
