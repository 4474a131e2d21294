import { UNFINISHED } from "../../shared/text";
import type { Range } from "../time/ranges";

/** The hits as Python sends them: of `count` hits, some from number `first` on. */
export interface FindHits {
  text: string;
  match_case: boolean;
  count: number;
  /** Number of the first hit at or after the position. */
  next: number;
  first: number;
  ranges: Range[];
  /** For each hit the text before it, the hit, and the text after it. */
  lines: [before: string, hit: string, after: string][];
  /** For each hit whether it runs on into the text after it, without white space. */
  tight?: boolean[];
  error: string;
}

/** Number of the hit after (1) or before (−1) the shown one, going round at the ends; null if there are none. */
export function hitFrom(hits: FindHits, shown: number | null, direction: 1 | -1): number | null {
  if (hits.count === 0) return null;
  const to = shown === null ? hits.next - (direction < 0 ? 1 : 0) : shown + direction;
  return (to + hits.count) % hits.count;
}

/** The range of a hit; null if it has not been sent. */
export function hitRange(hits: FindHits | null, shown: number | null): Range | null {
  return (shown !== null && hits?.ranges[shown - hits.first]) || null;
}

/** The text beside the field: "3 / 17". */
export function hitCount(text: string, hits: FindHits | null, shown: number | null, live = true): string {
  if (text.trim() === "") return "";
  if (hits === null) return live ? "…" : UNFINISHED;
  if (hits.error !== "") return "";
  if (hits.count === 0) return "none";
  const count = hits.count.toLocaleString("en-US");
  return shown === null ? count : `${(shown + 1).toLocaleString("en-US")} / ${count}`;
}

/** What is said of an expression that finds nothing because of an anchor; "" if it has none, or finds something. */
export function anchorHint(text: string, hits: FindHits | null): string {
  const expression = /^\s*\/(.+)\/\s*$/s.exec(text)?.[1];
  if (!expression || !hits || hits.error !== "" || hits.count > 0) return "";
  // Without what is escaped, and without classes, where ^ means another thing.
  const bare = expression.replace(/\\./gs, "").replace(/\[\]?[^\]]*\]/g, "");
  if (!/[$^]/.test(bare)) return "";
  return "^ and $ are the ends of the whole text. For those of a word write \\b, as in /\\bthe\\b/.";
}

/** Whether these are the hits of the present search. */
export function isCurrent(
  hits: FindHits,
  { find_text, find_match_case }: { find_text: { value: string }; find_match_case: { value: boolean } },
): boolean {
  return hits.text === find_text.value && hits.match_case === find_match_case.value;
}

/** The hit after (1) or before (−1) the marked one. At both ends the mark stays. */
export function lineMove(hits: FindHits, marked: number | null, direction: 1 | -1): number {
  const to = marked === null ? hits.next : marked + direction;
  return Math.max(0, Math.min(hits.count - 1, to));
}
