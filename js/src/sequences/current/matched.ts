import type { Range } from "../../shared/ranges";

interface MatchRanges {
  start: Int32Array;
  stop: Int32Array;
}

/** 1 for each step of [start, stop) that lies in a match. */
export function matchedSteps(matches: MatchRanges | null, [start, stop]: Range): Uint8Array {
  const matched = new Uint8Array(Math.max(0, stop - start));
  for (let i = 0; matches && i < matches.start.length; i++) {
    const [from, to] = [matches.start[i] as number, matches.stop[i] as number];
    if (from < stop && to > start) matched.fill(1, Math.max(0, from - start), to - start);
  }
  return matched;
}
