import type { Range } from "../time/ranges";
import type { Window } from "../time/window";

/** How far from a line the pointer still picks it, in pixels. Selected cells are preferred. */
const SELECTED_REACH = 8;
const REACH = 6;

/**
 * The cell whose line runs nearest to the pointer, or null. `at` is in steps, with the middle of step t at t + 0.5;
 * `y` is in pixels, as `toPixel` gives them.
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

/** The value of a cell's line, interpolated between the middles of two steps; NaN in a gap. */
function valueAt(window: Window, cell: number, at: number): number {
  const left = Math.floor(at - 0.5);
  const share = at - 0.5 - left;
  const before = stateAt(window, cell, left);
  const after = stateAt(window, cell, left + 1);
  if (!Number.isFinite(before)) return share > 0.5 ? after : Number.NaN;
  if (!Number.isFinite(after)) return share <= 0.5 ? before : Number.NaN;
  return before + (after - before) * share;
}

/** The state of a cell at a step; NaN if the window does not have it. */
export function stateAt(window: Window, cell: number, step: number): number {
  if (step < window.start || step >= window.stop || cell >= window.cells) return Number.NaN;
  return window.values[(step - window.start) * window.cells + cell] as number;
}

/** The step in a range at which a cell is highest; the first one if it has no finite value there. */
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
