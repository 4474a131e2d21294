import { formatCount } from "../../shared/text";
import type { Model } from "../model";

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

/** The traits that tell how many candidates the list is chosen from. */
export type CountedTraits = "length_filter" | "_n_candidates" | "_length_histogram";

/** How many candidates the list is chosen from: all, or those of the only length kept. null: not counted yet. */
export function candidatesListed(model: Pick<Model, CountedTraits>): number | null {
  const length = model.length_filter.value;
  if (length === null) return model._n_candidates.value;
  const bars = model._length_histogram.value;
  if (bars === null) return null;
  const bar = bars.find(([shortest, longest]) => shortest <= length && length <= longest);
  if (!bar) return 0;
  // A bar of several lengths is from before this length was chosen: Python gives the chosen one a bar of its own.
  return bar[0] === bar[1] ? bar[2] : null;
}
