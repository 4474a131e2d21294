/** Above 1, so that the few cells that are on anywhere leave words pale, and shares near 1 can be told apart. */
const SHARE_EXPONENT = 1.6;

/** How strongly to colour a step at which `on` of `cells` selected cells are on: 0 for none of them, 1 for all. */
export function shareStrength(on: number, cells: number): number {
  if (cells <= 0) return 0;
  return Math.round((on / cells) ** SHARE_EXPONENT * 1000) / 1000;
}
