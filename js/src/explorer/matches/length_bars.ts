import { formatCount } from "../../shared/text";

/** A range of lengths: how many candidates have them, and how many of these have all selected cells. */
export type LengthBar = readonly [shortest: number, longest: number, candidates: number, full: number];

export interface DrawnBar {
  /** The length, if the bar is for a single length. */
  length: number | null;
  /** Heights for all candidates and for those with all selected cells, as shares of the highest bar. */
  every: number;
  full: number;
  title: string;
}

/** Heights are square roots of counts, so that a few candidates can be seen beside very many. */
export function drawnBars(bars: readonly LengthBar[], cells: number): DrawnBar[] {
  const most = Math.max(1, ...bars.map(([, , candidates]) => candidates));
  return bars.map(([shortest, longest, candidates, full]) => ({
    length: shortest === longest ? shortest : null,
    every: Math.sqrt(candidates / most),
    full: Math.sqrt(full / most),
    title: `${lengthText(shortest, longest)}: ${countText(candidates)}, ${formatCount(full)} with ${allCells(cells)}`,
  }));
}

function lengthText(shortest: number, longest: number): string {
  if (shortest === longest) return `length ${formatCount(shortest)}`;
  return `lengths ${formatCount(shortest)} to ${formatCount(longest)}`;
}

function countText(candidates: number): string {
  return `${formatCount(candidates)} candidate${candidates === 1 ? "" : "s"}`;
}

function allCells(cells: number): string {
  return cells === 1 ? "the selected cell" : `all ${formatCount(cells)} cells`;
}
