import type { Range } from "../../shared/ranges";

/** A sequence that is compared with others. */
interface Compared {
  start: number;
  count: number;
  /** The step from which the expected class stays the same; null: not known. */
  settled: number | null;
}

/** How far the step at which a sequence is aligned lies from its start. */
export function anchorOf({ start, count, settled }: Compared, at: string): number {
  if (at === "end") return count - 1;
  return at === "settled" && settled !== null ? settled - start : 0;
}

/**
 * A common scale of time for sequences, on which the step where each is aligned is 0: where each begins, and the range
 * that all of them take.
 */
export function aligned(compared: readonly Compared[], at: string): { begins: number[]; range: Range } {
  const begins = compared.map((each) => 0 - anchorOf(each, at));
  const ends = compared.map(({ count }, i) => (begins[i] as number) + count);
  return { begins, range: compared.length > 0 ? [Math.min(...begins), Math.max(...ends)] : [0, 0] };
}
