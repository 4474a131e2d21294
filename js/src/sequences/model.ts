import { computed, type ReadonlySignal } from "@preact/signals-core";
import { createSynced, type Signals, type Synced } from "../shared/synced";
import type { Transport } from "../shared/transport";
import { TRAITS } from "./traits";

type Table = typeof TRAITS;

/** The synced traits as signals, and what the page can set and ask for. */
export interface Model
  extends Signals<Table>,
    Pick<Synced<Table>, "live" | "set" | "hold" | "settle" | "dispose"> {
  /** `progress` of the computation under way. Without Python there is none, whatever was saved. */
  readonly running: ReadonlySignal<number | null>;
  /** Ask Python to cancel its computation. */
  cancel(): void;
  /**
   * Ask Python to make these the selected cells of the linked explorers; of `low`, some of these, the mirrors where an
   * explorer has them.
   */
  takeCells(cells: readonly number[], low: readonly number[]): void;
  /** Ask Python to undo the last change, or to redo it. */
  moveInHistory(move: "undo" | "redo"): void;
}

export function createModel(transport: Transport): Model {
  // Any trait that the page sets alone would do. This one has no effect while there are no links.
  const synced = createSynced(transport, TRAITS, "_hovered_step");
  const { traits, live, set, hold, settle, send, dispose } = synced;
  return {
    ...traits,
    ...{ live, set, hold, settle, dispose },
    running: computed(() => (live.value ? traits.progress.value : null)),
    cancel: () => send({ cancel: true }),
    takeCells(cells, low) {
      settle();
      send({ take_cells: { cells, low } });
    },
    moveInHistory(move) {
      settle();
      if (live.peek()) send({ [move]: true });
    },
  };
}
