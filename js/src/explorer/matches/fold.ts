/**
 * For each of some ranges, best first, the one it is folded into: the best kept one that shares a step with it, itself
 * where it is kept. The same rule as `Matches.folded_into` in Python.
 */
export function foldedInto(start: readonly number[], stop: readonly number[]): Int32Array {
  // The kept ones are disjoint, so in order of their starts they are in order of their stops too.
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

/** How many of `sorted`, which begins with those for which `holds`, these are. */
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
