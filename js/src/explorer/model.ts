import { computed, type ReadonlySignal } from "@preact/signals-core";
import { createSynced, type Signals, type Synced } from "../shared/synced";
import type { Transport } from "../shared/transport";
import type { OwnThresholds } from "./cells/cell_alignment";
import { TRAITS } from "./traits";

/** Names the page as it was loaded: one that is closed or loaded again cannot tell that its views go. */
const PAGE = crypto.getRandomValues(new Uint32Array(4)).join("-");

type Table = typeof TRAITS;

/** The synced traits as signals, and what the page can set and ask for. */
export interface Model
  extends Signals<Table>,
    Pick<Synced<Table>, "live" | "set" | "hold" | "settle" | "dispose"> {
  /** `progress` of the computation under way. Without Python there is none, whatever was saved. */
  readonly running: ReadonlySignal<number | null>;
  /** Ask Python to cancel its computation. */
  cancel(): void;
  /** Ask Python to compare the labels in the matches with chance. */
  compareWithChance(): void;
  /** Ask Python to make exactly these the selected cells. */
  takeCells(cells: readonly number[]): void;
  /** Ask Python to show how far these cells are beyond thresholds of their own. */
  use(table: OwnThresholds): void;
  /** Tell Python that the page shows one more view of the widget, or one less. */
  tellOfView(change: 1 | -1): void;
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
    compareWithChance: () => send({ against_chance: true }),
    takeCells(cells) {
      settle();
      send({ take_cells: cells });
    },
    use(table) {
      settle();
      send({ use: table });
    },
    tellOfView(change) {
      if (live.peek()) send({ view: { page: PAGE, change } });
    },
    moveInHistory(move) {
      settle();
      if (live.peek()) send({ [move]: true });
    },
  };
}
