import type { MatchContext } from "./match_context";

/**
 * A step in a row of the match list, or the gap that stands for hidden steps. A row is divided into slots, one a
 * word; `slot` counts from the first. `at` is the step's place among all that were sent.
 */
export type MatchItem =
  | { kind: "step"; slot: number; step: number; word: string; on: number; inMatch: boolean; at: number }
  | { kind: "hidden"; slot: number; count: number };

/** Slots of a gap such as "… 480 more". */
export const HIDDEN_SLOTS = 2;

/** The slot in which all matches begin, and how many slots the widest row takes. */
export function slotsOf(
  context: MatchContext,
  start: readonly number[],
  stop: readonly number[],
): { lead: number; slots: number } {
  const lead = context.before.reduce((most, count) => Math.max(most, count), 0);
  let slots = 1;
  for (let i = 0; i < context.before.length; i++) {
    const shown = context.shown[i] as number;
    const hidden = (stop[i] ?? 0) - (start[i] ?? 0) > shown ? HIDDEN_SLOTS : 0;
    slots = Math.max(slots, lead + shown + hidden + (context.after[i] as number));
  }
  return { lead, slots };
}

/** The steps of the i-th match, [start, stop), in slots. The match begins in slot `lead`. */
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
  let slot = lead - before;
  for (let place = 0; place < before + shown + after; place++) {
    const follows = place >= before + shown;
    if (place === before + shown && hidden > 0) slot = hide(items, slot, hidden);
    items.push({
      kind: "step",
      slot: slot++,
      step: start - before + place + (follows ? hidden : 0),
      word: context.vocabulary[context.words[first + place] ?? -1] ?? "",
      on: context.on[first + place] ?? 0,
      inMatch: place >= before && !follows,
      at: first + place,
    });
  }
  if (after === 0 && shown > 0 && hidden > 0) hide(items, slot, hidden);
  return items;
}

function hide(items: MatchItem[], slot: number, count: number): number {
  items.push({ kind: "hidden", slot, count });
  return slot + HIDDEN_SLOTS;
}

function at(context: MatchContext, i: number) {
  return {
    before: context.before[i],
    shown: context.shown[i],
    after: context.after[i],
    first: context.first[i],
  };
}
