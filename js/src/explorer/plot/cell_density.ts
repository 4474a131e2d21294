import type { Envelopes } from "../time/columns";

/** A place with this share of a column's values, or more, is drawn as dense as can be. */
const FULL_SHARE = 0.1;
/** Height in pixels of the places in which values are counted, and least height of what is drawn. */
const BIN = 2;
/** Opacity of the densest place. */
const MOST = 0.9;

/**
 * How dense the values of some cells lie in each column, as the opacity of each pixel, 0…1: row by row from the top,
 * one pixel a column. Of a cell it is known between which values it lies, and at which share of the column's steps it
 * is on. So its values count as spread evenly from its least value to the threshold, and from there to its greatest,
 * with these shares. A cell that stays at a value is a line; one that swings to and fro is a haze, darker above the
 * threshold the more often it is on.
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
  const places = cells.map((cell) => envelopes.cells.indexOf(cell)).filter((place) => place >= 0);
  const found = new Float32Array(count * rows);
  const changes = new Float32Array(rows + 2);
  const least = BIN * ratio;
  const spread = (from: number, to: number, share: number) => {
    const middle = (toPixel(from) + toPixel(to)) * 0.5 * ratio;
    const height = Math.max(least, Math.abs(toPixel(from) - toPixel(to)) * ratio);
    change(changes, middle - height / 2, share / height, rows);
    change(changes, middle + height / 2, -share / height, rows);
  };
  for (let column = 0; column < count; column++) {
    changes.fill(0);
    for (const place of places) {
      const at = column * size + place;
      const [from, to] = [low[at] as number, high[at] as number];
      if (!Number.isFinite(from)) continue;
      if (!shares || threshold === null) {
        spread(from, to, 1);
        continue;
      }
      const on = (shares[at] as number) / 255;
      if (on > 0) spread(Math.max(from, threshold), Math.max(to, threshold), on);
      if (on < 1) spread(Math.min(from, threshold), Math.min(to, threshold), 1 - on);
    }
    let density = 0;
    const scale = least / (Math.max(1, places.length) * FULL_SHARE);
    for (let row = 0; row < rows; row++) {
      density += changes[row] as number;
      // The root, as in the grey density, so that few values can be seen.
      if (density > 1e-7) found[row * count + column] = MOST * Math.sqrt(Math.min(1, density * scale));
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
