import type { MatchContext } from "./match_context";

/**
 * A step of a match row, or the place of the steps that are left out; `column` counts from the row's first one, `at` is
 * the step's place among all that were sent.
 */
export type MatchItem =
  | { kind: "step"; column: number; step: number; word: string; on: number; inMatch: boolean; at: number }
  | { kind: "hidden"; column: number; count: number };

/** "… 480 more" is as wide as two words. */
export const HIDDEN_COLUMNS = 2;

/** The column in which all matches begin, and how many columns all of them take. */
export function columnsOf(
  context: MatchContext,
  start: readonly number[],
  stop: readonly number[],
): { lead: number; columns: number } {
  const lead = context.before.reduce((most, count) => Math.max(most, count), 0);
  let columns = 1;
  for (let i = 0; i < context.before.length; i++) {
    const shown = context.shown[i] as number;
    const hidden = (stop[i] ?? 0) - (start[i] ?? 0) > shown ? HIDDEN_COLUMNS : 0;
    columns = Math.max(columns, lead + shown + hidden + (context.after[i] as number));
  }
  return { lead, columns };
}

/** The steps of the i-th match, which is [start, stop), in columns such that the match begins in column `lead`. */
export function matchItems(
  context: MatchContext,
  i: number,
  start: number,
  stop: number,
  lead: number,
): MatchItem[] {
  const { before = 0, shown = 0, after = 0, first = 0 } = at(context, i);
  const hidden = stop - start - shown;
  const items: MatchItem[] = [];
  let column = lead - before;
  for (let place = 0; place < before + shown + after; place++) {
    const follows = place >= before + shown;
    if (place === before + shown && hidden > 0) column = hide(items, column, hidden);
    items.push({
      kind: "step",
      column: column++,
      step: start - before + place + (follows ? hidden : 0),
      word: context.vocabulary[context.words[first + place] ?? -1] ?? "",
      on: context.on[first + place] ?? 0,
      inMatch: place >= before && !follows,
      at: first + place,
    });
  }
  if (after === 0 && shown > 0 && hidden > 0) hide(items, column, hidden);
  return items;
}

function hide(items: MatchItem[], column: number, count: number): number {
  items.push({ kind: "hidden", column, count });
  return column + HIDDEN_COLUMNS;
}

function at(context: MatchContext, i: number) {
  return {
    before: context.before[i],
    shown: context.shown[i],
    after: context.after[i],
    first: context.first[i],
  };
}
