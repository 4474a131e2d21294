/**
 * For each range, best first, the number of the one that it is folded into: itself if it is kept, else the best kept
 * range that shares a step with it. `Matches.folded_into` in Python has the same rule.
 */
export function foldedInto(start: readonly number[], stop: readonly number[]): Int32Array {
  // Kept ranges are disjoint, so in the order of their starts they are also in the order of their stops.
  const kept: number[] = [];
  const into = Int32Array.from(start, (_, row) => row);
  start.forEach((first, row) => {
    const end = stop[row] as number;
    const from = countWhile(kept, (each) => (stop[each] as number) <= first);
    const to = countWhile(kept, (each) => (start[each] as number) < end);
    if (from < to) into[row] = Math.min(...kept.slice(from, to));
    else kept.splice(from, 0, row);
  });
  return into;
}

/** For how many values `holds`. In `sorted` they come before all others. */
function countWhile(sorted: readonly number[], holds: (value: number) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(sorted[middle] as number)) low = middle + 1;
    else high = middle;
  }
  return low;
}
