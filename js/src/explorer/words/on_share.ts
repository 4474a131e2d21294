/** Above 1, so that the few cells that are on everywhere leave words pale, and shares near 1 can be told apart. */
const SHARE_EXPONENT = 1.6;

/** Share of a dimmed track's colour that is left where no selected cell is on. */
const LEAST_LIGHT = 0.12;

/**
 * The share of a dimmed track's colour at a step where `on` of `cells` selected cells are on; 1 without selected
 * cells.
 */
export function dimming(on: number, cells: number): number {
  return cells <= 0 ? 1 : LEAST_LIGHT + (1 - LEAST_LIGHT) * shareStrength(on, cells);
}

/** How strongly to colour a step where `on` of `cells` selected cells are on, from 0 for none to 1 for all. */
export function shareStrength(on: number, cells: number): number {
  if (cells <= 0) return 0;
  return Math.round((on / cells) ** SHARE_EXPONENT * 1000) / 1000;
}
