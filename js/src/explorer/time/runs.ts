import type { Range } from "./ranges";
import type { Window } from "./window";

/**
 * For each of `cells` the runs of at least `least` steps on which it is on, within a window of a text of `steps`
 * steps. A run ends with its sequence. A run that the edge of the window cuts may be longer than can be seen, so it
 * is kept however short it looks.
 */
export function runsOf(
  window: Window,
  cells: readonly number[],
  threshold: number,
  least: number,
  steps: number,
): Range[][] {
  const { values, start, stop } = window;
  const begins = new Set(window.sequenceStarts);
  const cutBefore = start > 0 && !begins.has(start);
  const cutAfter = stop < steps;
  return cells.map((cell) => {
    const runs: Range[] = [];
    let from = -1;
    const end = (step: number) => {
      const mayGoOn = (from === start && cutBefore) || (step === stop && cutAfter);
      if (from >= 0 && (step - from >= least || mayGoOn)) runs.push([from, step]);
      from = -1;
    };
    for (let step = start; step < stop; step++) {
      const on = (values[(step - start) * window.cells + cell] as number) >= threshold;
      if (!on || begins.has(step)) end(step);
      if (on && from < 0) from = step;
    }
    end(stop);
    return runs;
  });
}

/** How many cells are on at each step of the window, by their runs. */
export function countRuns(window: Window, runs: readonly (readonly Range[])[]): Int32Array {
  const counts = new Int32Array(window.stop - window.start);
  for (const [from, to] of runs.flat()) {
    for (let step = from; step < to; step++)
      counts[step - window.start] = (counts[step - window.start] ?? 0) + 1;
  }
  return counts;
}
