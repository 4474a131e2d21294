import { computed, type ReadonlySignal } from "@preact/signals-core";
import type { Model } from "../model";
import type { ViewState } from "../view_state";
import {
  type Accuracy,
  accuracyOf,
  type ClassCount,
  classCounts,
  type Entry,
  entriesOf,
  type Pair,
  pairsOf,
  passingOf,
} from "./confusion";
import { namesIn } from "./filters";

/** Sequences counted by true class and by what was said. */
export interface Counts {
  readonly pairs: ReadonlySignal<readonly Pair[]>;
  /** How many sequences of each pair pass the filters. */
  readonly passing: ReadonlySignal<Int32Array>;
  /** Rows and columns of the matrix. */
  readonly entries: ReadonlySignal<readonly Entry[]>;
  readonly classes: ReadonlySignal<readonly ClassCount[]>;
  /** null: no true class is known. */
  readonly accuracy: ReadonlySignal<Accuracy | null>;
  /** Whether there is a condition on the sequences. */
  readonly isFiltered: ReadonlySignal<boolean>;
  /** Names of the classes at these places, as filters have them. */
  readonly names: ReadonlySignal<(places: readonly number[]) => string[]>;
}

export function createCounts(model: Model, view: ViewState): Counts {
  const found = computed(() => (model._sequences.value ? pairsOf(model._sequences.value) : null));
  const pairs = computed(() => found.value?.pairs ?? []);
  const passing = computed(() =>
    found.value ? passingOf(found.value, view.passes.value) : new Int32Array(0),
  );
  const kept = computed(() => {
    const asked = new Set([
      ...namesIn(model.filters.value, "target"),
      ...namesIn(model.filters.value, "prediction"),
    ]);
    const name = view.className.value;
    const places = pairs.value.flatMap(({ target, prediction }) => [target, prediction]);
    return new Set(asked.size === 0 ? [] : places.filter((place) => asked.has(name(place))));
  });
  return {
    pairs,
    passing,
    entries: computed(() =>
      model._output.value ? entriesOf(model._output.value, pairs.value, kept.value) : [],
    ),
    classes: computed(() => classCounts(pairs.value)),
    accuracy: computed(() => accuracyOf(pairs.value, passing.value)),
    isFiltered: computed(() => Object.keys(model.filters.value).length > 0),
    names: computed(
      () => (places: readonly number[]) =>
        places.map((place) => view.className.value(place)).filter((name) => name !== ""),
    ),
  };
}
