import type { Range } from "../time/ranges";

/** What was found, as it is sent: of `count` hits those from number `first` on. */
export interface FindHits {
  text: string;
  match_case: boolean;
  count: number;
  /** Number of the first hit at or after the position. */
  next: number;
  first: number;
  ranges: Range[];
  /** What comes before each of them, the hit itself, and what follows. */
  lines: [before: string, hit: string, after: string][];
  error: string;
}

/** The number of the hit after (1) or before (−1) the one shown, going round; null where there are none. */
export function hitFrom(hits: FindHits, shown: number | null, direction: 1 | -1): number | null {
  if (hits.count === 0) return null;
  const to = shown === null ? hits.next - (direction < 0 ? 1 : 0) : shown + direction;
  return (to + hits.count) % hits.count;
}

/** Where a hit stands, or null where that has not been sent. */
export function hitRange(hits: FindHits | null, shown: number | null): Range | null {
  return (shown !== null && hits?.ranges[shown - hits.first]) || null;
}

/** What stands beside the field: "3 / 17". */
export function hitCount(text: string, hits: FindHits | null, shown: number | null): string {
  if (text.trim() === "") return "";
  if (hits === null) return "…";
  if (hits.error !== "") return "";
  if (hits.count === 0) return "none";
  const count = hits.count.toLocaleString("en-US");
  return shown === null ? count : `${(shown + 1).toLocaleString("en-US")} / ${count}`;
}

/** Whether these are the hits of what is looked for now. */
export function isCurrent(
  hits: FindHits,
  { find_text, find_match_case }: { find_text: { value: string }; find_match_case: { value: boolean } },
): boolean {
  return hits.text === find_text.value && hits.match_case === find_match_case.value;
}

/** The hit after (1) or before (−1) the one marked in a list that ends at both ends. */
export function lineMove(hits: FindHits, marked: number | null, direction: 1 | -1): number {
  const to = marked === null ? hits.next : marked + direction;
  return Math.max(0, Math.min(hits.count - 1, to));
}
