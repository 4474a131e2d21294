/** Above 1, so that the few cells that are on anywhere leave words pale, and shares near 1 can be told apart. */
const SHARE_EXPONENT = 1.6;

/** What is left of a track's colours where no selected cell is on, when they are dimmed. */
const LEAST_LIGHT = 0.12;

/** The share of a track's colour at a step where `on` of `cells` selected cells are on; without cells all of it. */
export function dimming(on: number, cells: number): number {
  return cells <= 0 ? 1 : LEAST_LIGHT + (1 - LEAST_LIGHT) * shareStrength(on, cells);
}

/** How strongly to colour a step at which `on` of `cells` selected cells are on: 0 for none of them, 1 for all. */
export function shareStrength(on: number, cells: number): number {
  if (cells <= 0) return 0;
  return Math.round((on / cells) ** SHARE_EXPONENT * 1000) / 1000;
}
