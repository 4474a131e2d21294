import type { Range } from "../../shared/ranges";

/** A sequence, [first, end), that is compared with others. Of a long one `count` steps from `start` on are there. */
interface Compared {
  first: number;
  end: number;
  start: number;
  count: number;
  /** The step from which the expected class stays the same; null: not known. */
  settled: number | null;
}

/** The step at which a sequence is aligned. */
export function anchorOf({ first, end, settled }: Omit<Compared, "start" | "count">, at: string): number {
  if (at === "end") return end - 1;
  return at === "settled" && settled !== null ? settled : first;
}

/**
 * A common scale of time for sequences, on which the step where each is aligned is 0: where the steps of each begin, and
 * the range that those of all take.
 */
export function aligned(compared: readonly Compared[], at: string): { begins: number[]; range: Range } {
  const begins = compared.map((each) => each.start - anchorOf(each, at));
  const ends = compared.map(({ count }, i) => (begins[i] as number) + count);
  return { begins, range: compared.length > 0 ? [Math.min(...begins), Math.max(...ends)] : [0, 0] };
}
