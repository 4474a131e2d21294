import { computed, type ReadonlySignal } from "@preact/signals-core";
import type { Model } from "../model";
import { sequenceNumber } from "../sequence_number";
import type { ViewState } from "../view_state";
import type { Known } from "./columns";
import { type SequenceTable, sequenceAt } from "./sequences";

/** The sequences that are listed, in their order. */
export interface SequenceList {
  readonly table: ReadonlySignal<SequenceTable | null>;
  readonly order: ReadonlySignal<Int32Array>;
  /** The place of each sequence in the order; −1: it doesn't pass the filters. */
  readonly places: ReadonlySignal<Int32Array>;
  /** How many matches of the linked explorer each sequence has; null without one. */
  readonly matches: ReadonlySignal<Int32Array | null>;
  /** The sequence under the pointer, here or anywhere in the page. */
  readonly hovered: ReadonlySignal<number | null>;
}

export function createSequenceList(model: Model, view: ViewState): SequenceList {
  const table = computed(() => model._sequences.value);
  return {
    table,
    order: computed(() => model._order.value),
    places: computed(() => placesIn(model._order.value, table.value?.count ?? 0)),
    matches: computed(() => {
      const matches = model._matches.value;
      return matches && table.value ? countIn(matches.start, table.value) : null;
    }),
    hovered: computed(() => {
      const step = view.hoveredStep.value;
      if (view.hoveredSequence.value !== null || step === null) return view.hoveredSequence.value;
      return table.value && sequenceAt(table.value, step);
    }),
  };
}

/** Which columns there is something for; null until the sequences are there. */
export function knownIn({ table: { value: table }, matches }: SequenceList): Known | null {
  if (!table) return null;
  return {
    digits: sequenceNumber(table.count - 1).length,
    targets: table.target !== null,
    predictions: table.prediction !== null,
    jumps: table.largestJump !== null,
    matches: matches.value !== null,
  };
}

/** The place of each of `count` sequences in an order of some of them; −1: it isn't in it. */
export function placesIn(order: Int32Array, count: number): Int32Array {
  const places = new Int32Array(count).fill(-1);
  order.forEach((number, place) => {
    places[number] = place;
  });
  return places;
}

/** How many of these steps lie in each sequence. */
export function countIn(steps: Int32Array, table: SequenceTable): Int32Array {
  const counts = new Int32Array(table.count);
  for (const step of steps) {
    const number = sequenceAt(table, step);
    counts[number] = (counts[number] as number) + 1;
  }
  return counts;
}
