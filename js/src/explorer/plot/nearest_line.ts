import type { Range } from "../time/ranges";
import type { Window } from "../time/window";

/** How far from a line the pointer still picks it, in pixels; selected cells win over the others. */
const SELECTED_REACH = 8;
const REACH = 6;

/**
 * The cell whose line runs nearest to the pointer, or null. `at` is in steps, with step t's centre at t + 0.5;
 * `y` is in the pixels of `toPixel`.
 */
export function pickCell(
  window: Window,
  selected: readonly number[],
  everyCell: readonly number[],
  at: number,
  y: number,
  toPixel: (value: number) => number,
): number | null {
  return (
    nearest(window, selected, at, y, toPixel, SELECTED_REACH) ??
    nearest(window, everyCell, at, y, toPixel, REACH)
  );
}

function nearest(
  window: Window,
  cells: readonly number[],
  at: number,
  y: number,
  toPixel: (value: number) => number,
  reach: number,
): number | null {
  let found: number | null = null;
  let least = reach;
  for (const cell of cells) {
    const distance = Math.abs(toPixel(valueAt(window, cell, at)) - y);
    if (distance < least) {
      least = distance;
      found = cell;
    }
  }
  return found;
}

/** The value of a cell's line, straight between the centres of two steps; NaN in a gap. */
function valueAt(window: Window, cell: number, at: number): number {
  const left = Math.floor(at - 0.5);
  const share = at - 0.5 - left;
  const before = stateAt(window, cell, left);
  const after = stateAt(window, cell, left + 1);
  if (!Number.isFinite(before)) return share > 0.5 ? after : Number.NaN;
  if (!Number.isFinite(after)) return share <= 0.5 ? before : Number.NaN;
  return before + (after - before) * share;
}

/** State of a cell at a step, NaN where the window does not hold it. */
export function stateAt(window: Window, cell: number, step: number): number {
  if (step < window.start || step >= window.stop || cell >= window.cells) return Number.NaN;
  return window.values[(step - window.start) * window.cells + cell] as number;
}

/** The step at which a cell is highest among these; the first one where it has no finite value. */
export function highestStep(window: Window, cell: number, [first, end]: Range): number {
  let highest = first;
  let most = Number.NEGATIVE_INFINITY;
  for (let step = first; step < end; step++) {
    const value = stateAt(window, cell, step);
    if (Number.isFinite(value) && value > most) {
      most = value;
      highest = step;
    }
  }
  return highest;
}
