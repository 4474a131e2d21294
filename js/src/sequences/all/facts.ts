import { formatCount, formatShort, formatValue, plural, visibleToken } from "../../shared/text";
import { sequenceNumber } from "../sequence_number";
import type { Accuracy } from "./confusion";
import type { SequenceTable } from "./sequences";

/** "accuracy 0.81 of 402 · mean of classes 0.74 · always 1890–1924: 0.31". */
export function accuracyText(
  { known, right, byClass, commonest }: Accuracy,
  className: (place: number) => string,
  isFiltered: boolean,
): string {
  const shown = known.passing > 0 ? ` (shown ${formatValue(right.passing / known.passing)})` : "";
  const always = visibleToken(className(commonest.place));
  return [
    `accuracy ${formatValue(right.count / known.count)} of ${formatCount(known.count)}${isFiltered ? shown : ""}`,
    `mean of classes ${formatValue(byClass)}`,
    `always “${always}” ${formatValue(commonest.share)}`,
  ].join(" · ");
}

/** "10 of 402": how many sequences pass the filters. */
export function shownText(shown: number, count: number): string {
  return `${formatCount(shown)} of ${formatCount(count)}`;
}

/** "103 steps each (1–312)": how long sequences are. */
export function lengthsText({ bounds, count }: Pick<SequenceTable, "bounds" | "count">): string {
  if (count === 0) return "";
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for (let i = 0; i < count; i++) {
    const length = (bounds[i + 1] as number) - (bounds[i] as number);
    least = Math.min(least, length);
    most = Math.max(most, length);
  }
  if (least === most) return `${plural(least, "step")} each`;
  const mean = ((bounds[count] as number) - (bounds[0] as number)) / count;
  return `${formatShort(Number(mean.toPrecision(3)))} steps each (${formatCount(least)}–${formatCount(most)})`;
}

/** What is known of a sequence, in words. */
export function sequenceText(
  table: SequenceTable,
  number: number,
  className: (place: number) => string,
  matches: number | null,
): string {
  const named = (place: number | undefined) =>
    place === undefined || place < 0 ? null : visibleToken(className(place));
  const [start, stop] = [table.bounds[number] ?? 0, table.bounds[number + 1] ?? 0];
  const target = named(table.target?.[number]);
  const prediction = named(table.prediction?.[number]);
  const confidence = table.confidence?.[number];
  const settled = table.settled?.[number];
  const jump = table.largestJump?.[number];
  const parts = [
    `sequence ${sequenceNumber(number)}`,
    plural(stop - start, "step"),
    target === null ? null : `true ${target}`,
    prediction === null
      ? null
      : `said ${prediction}${confidence === undefined ? "" : ` ${formatValue(confidence)}`}`,
    settled === undefined ? null : `settled at step ${formatCount(settled - start)}`,
    table.changes ? plural(table.changes[number] ?? 0, "change") : null,
    jump === undefined || Number.isNaN(jump) ? null : `largest jump ${formatValue(jump)}`,
    matches === null ? null : `${formatCount(matches)} match${matches === 1 ? "" : "es"}`,
  ];
  return parts.filter((part) => part !== null).join(" · ");
}
