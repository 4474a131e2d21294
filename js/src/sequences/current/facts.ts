import { formatCount, plural } from "../../shared/text";

/** The sequence that comes `by` places later in an order; from one that isn't in it, the first or the last. */
export function sequenceAfter(order: Int32Array, sequence: number, by: 1 | -1): number | null {
  const place = order.indexOf(sequence);
  if (place < 0) return order.at(by > 0 ? 0 : -1) ?? null;
  return order[place + by] ?? null;
}

/** A sequence's number as it stands in Python and everywhere in the page: counted from 0. */
export function numberText(sequence: number): string {
  return formatCount(sequence);
}

/** "70 of 402", or "3 of 10 shown, 402 in all": the place of a sequence among those shown, in their order. */
export function placeText(sequence: number, count: number, order: Int32Array): string {
  const place = order.indexOf(sequence) + 1;
  const shown = formatCount(order.length);
  if (order.length === count) return `${formatCount(place)} of ${shown}`;
  const among = place === 0 ? `not among the ${shown}` : `${formatCount(place)} of ${shown}`;
  return `${among} shown, ${formatCount(count)} in all`;
}

/** What is known of when the expected class settled; steps are counted from the sequence's start. */
export function settledText(settled: number, changes: number, length: number): string {
  if (length === 1) return "at its only step";
  if (changes === 0) return "from the start: no change";
  return `at step ${formatCount(settled)} of ${formatCount(length)}, after ${plural(changes, "change")}`;
}

/** "127 steps, 12,003…12,129": how long a sequence is, and which steps are in it. */
export function lengthText(start: number, stop: number): string {
  const steps = plural(stop - start, "step");
  return stop - start > 1
    ? `${steps}, ${formatCount(start)}…${formatCount(stop - 1)}`
    : `${steps}, ${formatCount(start)}`;
}

/** Whether a prediction is right, as a mark and a word; null where the true class isn't known. */
export function verdictOf(target: number, prediction: number): { mark: string; word: string } | null {
  if (target < 0 || prediction < 0) return null;
  return target === prediction ? { mark: "✓", word: "right" } : { mark: "✗", word: "wrong" };
}

/** "step 1,204, 84 of 127 here": a step as all of Python counts it, and within its sequence. */
export function stepText(step: number, first: number, end: number): string {
  const within = end - first > 1 ? `, ${formatCount(step - first)} of ${formatCount(end - first)} here` : "";
  return `step ${formatCount(step)}${within}`;
}
