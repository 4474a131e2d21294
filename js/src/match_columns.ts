import type { MatchContextRow } from "./model";

/**
 * A step of a match row, or the place of the steps that are left out; `column` counts from the row's first one, `at` is
 * the step's place among those that were sent.
 */
export type MatchItem =
  | { kind: "step"; column: number; step: number; word: string; on: number; inMatch: boolean; at: number }
  | { kind: "hidden"; column: number; count: number };

/** "… 480 more" is as wide as two words. */
export const HIDDEN_COLUMNS = 2;

/** How many steps of context come before the match. */
export function leadOf(row: MatchContextRow, start: number): number {
  return row.steps.filter((step) => step < start).length;
}

/** Put the steps of one row into columns so that all matches begin in column `lead`. */
export function matchItems(row: MatchContextRow, start: number, stop: number, lead: number): MatchItem[] {
  const items: MatchItem[] = [];
  let column = lead - leadOf(row, start);
  const hide = () => {
    items.push({ kind: "hidden", column, count: row.hidden });
    column += HIDDEN_COLUMNS;
  };
  let pending = row.hidden > 0;
  row.steps.forEach((step, i) => {
    if (pending && step >= stop) {
      pending = false;
      hide();
    }
    const inMatch = step >= start && step < stop;
    items.push({ kind: "step", column, step, word: row.words[i] ?? "", on: row.on[i] ?? 0, inMatch, at: i });
    column++;
  });
  if (pending) hide();
  return items;
}

/** Columns that `items` reach. */
export function columnsOf(items: readonly MatchItem[]): number {
  const last = items.at(-1);
  if (!last) return 0;
  return last.column + (last.kind === "hidden" ? HIDDEN_COLUMNS : 1);
}
