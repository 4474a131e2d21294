import { firstAtLeast } from "../../shared/lists";
import { formatCount, formatShare, formatValue, plural } from "../../shared/text";
import type { JumpSpread } from "../traits";

/** How many jumps are at least this long. */
export function countAtLeast(distances: Float32Array, threshold: number): number {
  let count = 0;
  // A jump that Python compares in double precision may be a little shorter in single precision.
  const least = Math.fround(threshold);
  for (const distance of distances) if (distance >= least) count++;
  return count;
}

/** How many jumps are known: there is none after the last step. */
function countKnown(distances: Float32Array): number {
  let count = 0;
  for (const distance of distances) if (!Number.isNaN(distance)) count++;
  return count;
}

/** The share of all jumps that are at least this long, from their quantiles; null if there are no jumps. */
export function shareAtLeast({ quantiles }: Pick<JumpSpread, "quantiles">, threshold: number): number | null {
  const last = quantiles.length - 1;
  if (last < 1) return null;
  const above = firstAtLeast(quantiles, threshold);
  if (above === 0) return 1;
  if (above > last) return 0;
  const [low, high] = [quantiles[above - 1] as number, quantiles[above] as number];
  return 1 - (above - 1 + (threshold - low) / (high - low)) / last;
}

/** "about 12 % of all 40,805": how many of all jumps are at least this long. */
export function shareText(spread: JumpSpread, threshold: number): string {
  const share = shareAtLeast(spread, threshold);
  if (share === null) return "";
  const of = `of all ${formatCount(spread.count)}`;
  if (share === 0) return `none ${of}`;
  if (share === 1) return `all ${formatCount(spread.count)}`;
  // Between the last two quantiles nobody knows how jumps are spread.
  if (threshold > (spread.quantiles[spread.quantiles.length - 2] as number)) return `under 1 % ${of}`;
  return `about ${formatShare(share)} ${of}`;
}

/** "0.53, longer than 99 % of all": how a jump compares with all. */
export function rankText(distance: number, spread: JumpSpread | null): string {
  const text = formatValue(distance);
  const share = spread && shareAtLeast(spread, distance);
  if (!spread || share === null) return text;
  const { quantiles } = spread;
  if (distance >= Math.fround(quantiles[quantiles.length - 1] as number))
    return `${text}, the longest of all`;
  if (distance > (quantiles[quantiles.length - 2] as number)) return `${text}, longer than 99 % of all`;
  return `${text}, longer than ${formatShare(1 - share)} of all`;
}

/** "3 of 126 jumps": how many jumps of the steps shown are at least as long as the threshold. */
export function countText(distances: Float32Array, threshold: number): string {
  return `${formatCount(countAtLeast(distances, threshold))} of ${plural(countKnown(distances), "jump")}`;
}

/** The step of the arrow keys: a round number, about a two-hundredth of the axis. */
export function thresholdStep(most: number): number {
  if (!(most > 0)) return 0.01;
  const rough = most / 200;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((each) => each * power >= rough * (1 - 1e-9)) ?? 10;
  return Number((factor * power).toPrecision(1));
}
