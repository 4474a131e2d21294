import { computed, type ReadonlySignal } from "@preact/signals-core";
import { createSynced, type Signals, type Synced } from "../shared/synced";
import type { Transport } from "../shared/transport";
import { TRAITS } from "./traits";

type Table = typeof TRAITS;

/** The synced traits as signals, and what the page can set and ask for. */
export interface Model
  extends Signals<Table>,
    Pick<Synced<Table>, "live" | "set" | "hold" | "settle" | "dispose"> {
  /** `progress` of work that is going on: without Python there is none, whatever was saved. */
  readonly running: ReadonlySignal<number | null>;
  /** Ask Python to give up what it computes. */
  cancel(): void;
  /** Ask Python what chance makes of the labels in the matches. */
  compareWithChance(): void;
  /** Ask Python to make these, and no others, the selected cells. */
  takeCells(cells: readonly number[]): void;
  /** Ask Python to take the last change back, or to make it again. */
  moveInHistory(move: "undo" | "redo"): void;
}

export function createModel(transport: Transport): Model {
  // Any trait that the page sets alone would do; this one means nothing while there are no links.
  const synced = createSynced(transport, TRAITS, "_hovered_step");
  const { traits, live, set, hold, settle, send, dispose } = synced;
  return {
    ...traits,
    ...{ live, set, hold, settle, dispose },
    running: computed(() => (live.value ? traits.progress.value : null)),
    cancel: () => send({ cancel: true }),
    compareWithChance: () => send({ against_chance: true }),
    takeCells(cells) {
      settle();
      send({ take_cells: cells });
    },
    moveInHistory(move) {
      settle();
      if (live.peek()) send({ [move]: true });
    },
  };
}
