import { formatCount, formatShare, formatValue, plural } from "../../shared/text";
import type { Cause } from "./cause";
import type { SelectedSteps, Share } from "./selected_steps";

/** Chips with a greater p are grey: as much happens by chance. */
const MOST_P = 0.05;

/** How many steps a text of base64 holds, 4 bytes a step. */
export function stepsIn(text: string): number {
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  return Math.floor(((text.length / 4) * 3 - padding) / 4);
}

/** "9.2×": how much more frequent something is among the selected steps. */
export function ratioText(ratio: number): string {
  if (!Number.isFinite(ratio)) return "∞×";
  return `${ratio >= 100 ? formatCount(Math.round(ratio)) : ratio.toFixed(1)}×`;
}

/** What stands behind a chip: counts, shares and p. */
export function shareTitle({ label, count, share, base, p }: Share, steps: number): string {
  const here = `${label}: ${formatCount(count)} of ${plural(steps, "selected step")} (${formatShare(share)})`;
  return `${here}; ${formatShare(base)} of all steps${p === null ? "" : `; ${pText(p)}`}`;
}

/** p of labels that are dealt anew. */
function pText(p: number): string {
  const value = p < 0.001 ? "< 0.001" : p < 0.01 ? p.toFixed(3) : p.toFixed(2);
  return `p ${value} where they are dealt anew, adjusted for how many there are`;
}

/** Whether as much is to be expected by chance. */
export function isChance(p: number | null): boolean {
  return p !== null && p > MOST_P;
}

/** Labels of each track together, in the order in which tracks come. */
export function byTrack(labels: SelectedSteps["labels"]): [track: string, labels: SelectedSteps["labels"]][] {
  const tracks = new Map<string, (typeof labels)[number][]>();
  for (const label of labels) tracks.set(label.track, [...(tracks.get(label.track) ?? []), label]);
  return [...tracks];
}

type Telling = SelectedSteps["cells"][number];

/** How well a cell tells the steps, whichever way round: 0.5 not at all, 1 always. */
export function telling({ auc }: Pick<Telling, "auc">): number {
  return 0.5 + Math.abs(auc - 0.5);
}

/** ".96"; "1" for one that always tells. */
export function aucText(auc: number): string {
  return auc.toFixed(2).replace(/^0/, "").replace("1.00", "1");
}

/** The cells that tell the steps better than chance; all where chance isn't known. */
export function tellingCells({ cells, chance }: Pick<SelectedSteps, "cells" | "chance">): number[] {
  return cells.filter((cell) => !chance || telling(cell) > chance.high).map(({ cell }) => cell);
}

/** Why a linked explorer can't take cells; empty if it can. */
export function whyNotTake(links: number, selection: readonly [number, number] | null): string {
  if (links === 0) return "link(explorer, sequences) to take them";
  return selection === null ? "select words first: cells are taken for a selection" : "";
}

/** "0.53, longer than 99.6 % of all": how long the jump is. */
export function distanceText({ distance, quantile }: Pick<Cause, "distance" | "quantile">): string {
  if (distance === null) return "its length isn’t known: a value of the states isn’t finite";
  if (quantile === null) return formatValue(distance);
  const percent = (100 * quantile).toFixed(1).replace(/\.0$/, "");
  const rank = percent === "100" ? "among the longest 0.1 %" : `longer than ${percent} %`;
  return `${formatValue(distance)}, ${rank} of all`;
}

/** "p(1925–1969) 0.18 → 0.57"; empty without an output track. */
export function probabilityText({ of, probabilities }: Cause, className: (place: number) => string): string {
  if (of === null || !probabilities) return "";
  return `p(${className(of)}) ${probabilities.map(formatValue).join(" → ")}`;
}

/** "+0.21", "−0.05". */
export function signed(value: number): string {
  const small = value !== 0 && Math.abs(value) < 0.005;
  const text = small ? value.toPrecision(1).replace("-", "−") : formatValue(value);
  return value > 0 ? `+${text}` : text;
}

/** "124 more +0.04": the cells that have no chip; empty if all have one. */
export function restText({ cells, effect }: Cause["rest"]): string {
  if (cells === 0) return "";
  return `${formatCount(cells)} more${effect === null ? "" : ` ${signed(effect)}`}`;
}

/** "without this word the final p(1925–1969) would be 0.31 (occlusion −0.40)". */
export function occlusionText(
  { effect, final, of }: NonNullable<Cause["occlusion"]>,
  className: (place: number) => string,
): string {
  const without = formatValue(final + effect);
  return `without this word the final p(${className(of)}) would be ${without} (occlusion ${signed(effect)})`;
}
