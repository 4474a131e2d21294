import { computed, type ReadonlySignal } from "@preact/signals-core";
import type { Model } from "../model";
import { foldedInto } from "./fold";
import { type MatchContext, NO_CONTEXT } from "./match_context";
import { type MatchItem, matchItems, slotsOf } from "./match_slots";

/** What is drawn of one match. */
export interface MatchRow {
  rank: number;
  start: number;
  stop: number;
  overlap: number;
  union: number;
  /** How many cells were selected when the matches were ranked. */
  cells: number;
  /** How many matches are folded into this one. */
  folded: number;
  items: MatchItem[];
  context: MatchContext;
}

/** The matches that are listed: all, or of overlapping ones only the best. */
export interface MatchList {
  readonly context: ReadonlySignal<MatchContext>;
  /** Ranks of the listed matches, from 0, best first. */
  readonly ranks: ReadonlySignal<readonly number[]>;
  /** How many matches are folded into others. */
  readonly folded: ReadonlySignal<number>;
  /** How many slots the widest row takes. */
  readonly slots: ReadonlySignal<number>;
  /** In which slot all matches begin. */
  readonly lead: ReadonlySignal<number>;
  /** The row at a place in `ranks`. There may be thousands, so rows are made when they are drawn. */
  row(place: number): MatchRow;
}

export function createMatchList(model: Model): MatchList {
  const context = computed(() => {
    const sent = model._match_context.value;
    // Matches and their words arrive as two traits. Until both are there, rows show numbers only.
    if (sent.before.length === model.matches.value.start.length) return sent;
    return { ...NO_CONTEXT, seconds: sent.seconds, cells: sent.cells };
  });
  const folding = computed(() => {
    const { start, stop } = model.matches.value;
    if (!model.fold_matches.value) return { ranks: start.map((_, rank) => rank), counts: new Int32Array() };
    const into = foldedInto(start, stop);
    const counts = new Int32Array(start.length);
    for (const rank of into) counts[rank] = (counts[rank] as number) + 1;
    return { ranks: [...into.keys()].filter((rank) => into[rank] === rank), counts };
  });
  const layout = computed(() => {
    const { start, stop } = model.matches.value;
    return slotsOf(context.value, start, stop);
  });
  const ranks = computed(() => folding.value.ranks);
  return {
    context,
    ranks,
    folded: computed(() => model.matches.value.start.length - ranks.value.length),
    slots: computed(() => layout.value.slots),
    lead: computed(() => layout.value.lead),
    row(place) {
      const rank = ranks.value[place] ?? 0;
      const { start, stop, overlap, union } = model.matches.value;
      const [first, end] = [start[rank] ?? 0, stop[rank] ?? 0];
      return {
        rank,
        start: first,
        stop: end,
        overlap: overlap[rank] ?? 0,
        union: union[rank] ?? 0,
        cells: context.value.cells,
        folded: Math.max(0, (folding.value.counts[rank] ?? 0) - 1),
        items: matchItems(context.value, rank, first, end, layout.value.lead),
        context: context.value,
      };
    },
  };
}
