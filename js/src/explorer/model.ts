import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals-core";
import { type Listened, needsPython, watchLive } from "../shared/live";
import type { SentAlignment } from "./cells/alignment";
import type { FindHits } from "./find/hits";
import type { LabelTable } from "./matches/label_counts";
import type { SentMatchContext } from "./matches/match_context";
import type { ThresholdProfile } from "./plot/threshold_counts";
import {
  type Columns,
  decodeColumns,
  decodeEnvelopes,
  type Envelopes,
  type SentColumns,
  type SentEnvelopes,
} from "./time/columns";
import type { Range } from "./time/ranges";
import { decodeWindow, type SentWindow, type Window } from "./time/window";

export interface Track {
  name: string;
  kind: "categorical" | "continuous" | "top-k";
  /** Of a categorical track, the most frequent first, and how many steps have each. */
  labels?: string[];
  counts?: number[];
  /** The finite values of a continuous track, or the scores of a top-k one; null where there are none. */
  range?: Range | null;
  /** Whether all values of a continuous track are 0 or 1. */
  binary?: boolean;
  /** Labels a step of a top-k track. */
  k?: number;
}

export interface MatchTable {
  start: number[];
  stop: number[];
  overlap: number[];
  union: number[];
}

/** The lengths from `shortest` to `longest`: how many candidates have them, and how many of those all selected cells. */
export type LengthBar = readonly [shortest: number, longest: number, candidates: number, full: number];

/** The synced traits, named as in CONTRIBUTING.md, with what stands in until Python has sent them. */
const DEFAULTS = {
  layer: "",
  threshold: 0,
  selection: null as Range | null,
  off_before: 0,
  off_after: 0,
  deselected_cells: [] as readonly number[],
  added_cells: [] as readonly number[],
  position: 0,
  word_width: 30,
  sequence: 0,
  value_axis: "layer" as "layer" | "view" | Range,
  k: 50,
  min_length: null as number | null,
  length_filter: null as number | null,
  visible_tracks: [] as readonly string[],
  match_tracks: [] as readonly string[],
  // Null is a value of its own, so it has to stand for itself.
  color_by: null as string | null,
  dim_tracks: false,
  context_width: 3,
  fold_matches: false,
  /** Cell number → colour; null until Python has chosen one. */
  pinned_cells: {} as Readonly<Record<string, string | null>>,
  show_coverage: false,
  min_run: 1,
  align_with: null as readonly [track: string, label: string] | null,
  selected_cells: [] as readonly number[],
  matches: { start: [], stop: [], overlap: [], union: [] } as MatchTable,
  progress: null as number | null,
  _activity: "",
  error: "",
  _n_candidates: null as number | null,
  _selection_bounds: null as Range | null,
  _note: "",
  _threshold_profile: null as ThresholdProfile | null,
  _name: "",
  _layers: [] as { name: string; cells: number }[],
  _steps: 0,
  _n_sequences: 1,
  /** First steps of the sequences where there are not too many; else empty. */
  _sequence_starts: [] as readonly number[],
  _units: "",
  _transform: "",
  _value_range: [-1, 1] as Range,
  _threshold_step: 0.01,
  _tracks: [] as Track[],
  _match_context: null as SentMatchContext | null,
  _length_histogram: null as readonly LengthBar[] | null,
  find_text: "",
  find_match_case: false,
  _find_hits: null as FindHits | null,
  _found_in_view: [] as readonly Range[],
  _find_hit: null as number | null,
  _links: 0,
  _hovered_step: null as number | null,
  _label_table: null as string | null,
  _enrichment: null as LabelTable | null,
  _alignment: null as SentAlignment | null,
  _scenario_line: "",
  _visible_steps: 0,
  _stride: null as number | null,
};

export type Traits = typeof DEFAULTS;
type Name = keyof Traits;
type Signals = { readonly [N in Name]: ReadonlySignal<Traits[N]> };

/** What is used of anywidget's model. */
export interface Transport extends Listened {
  save_changes(): void;
  send(content: unknown): void;
}

/** The traits as signals. What a gesture sets is drawn at once and travels to Python from here. */
export interface Model extends Signals {
  readonly window: ReadonlySignal<Window | null>;
  /** Whether Python answers; without it, what it would have to compute cannot be set. */
  readonly live: ReadonlySignal<boolean>;
  /** `progress` of work that goes on: without Python none does, whatever was saved. */
  readonly running: ReadonlySignal<number | null>;
  readonly columns: ReadonlySignal<Columns | null>;
  readonly envelopes: ReadonlySignal<Envelopes | null>;
  set<N extends Name>(name: N, value: Traits[N]): void;
  /** While a trait is held, as during a drag, values that arrive for it wait. Returns the release. */
  hold(name: Name): () => void;
  /**
   * The end of a gesture. Jupyter keeps one update of traits on its way and holds back the next, so that a cell run right
   * after the gesture could overtake it; a message is not held back, and repeats what the gesture has set.
   */
  settle(): void;
  /** Ask Python to give up what it computes. */
  cancel(): void;
  /** Ask Python what chance makes of the labels in the matches. */
  compareWithChance(): void;
  /** Ask Python to make these, and no others, the selected cells. */
  takeCells(cells: readonly number[]): void;
  /** Ask Python to take the last change back, or to make it again. */
  moveInHistory(move: "undo" | "redo"): void;
  dispose(): void;
}

export function createModel(transport: Transport): Model {
  const names = Object.keys(DEFAULTS) as Name[];
  const held = new Map<Name, { changed: boolean }>();
  const listeners: [string, () => void][] = [];
  const signals = Object.fromEntries(
    names.map((name) => [name, signal<unknown>(receive(transport, name))]),
  ) as { [N in Name]: Signal<unknown> };
  const window = signal(decodeWindow(transport.get("_window") as SentWindow | null, null));
  const { live, dispose: stopWatching } = watchLive(transport);

  const running = computed(() => (live.value ? (signals.progress.value as number | null) : null));
  const columns = signal(decodeColumns(transport.get("_columns") as SentColumns | null));
  const envelopes = signal(decodeEnvelopes(transport.get("_envelopes") as SentEnvelopes | null, null));

  const listen = (name: string, callback: () => void) => {
    transport.on(`change:${name}`, callback);
    listeners.push([`change:${name}`, callback]);
  };
  for (const name of names) {
    listen(name, () => {
      if (!held.has(name)) assign(signals[name], receive(transport, name));
    });
  }
  listen("_window", () => {
    window.value = decodeWindow(transport.get("_window") as SentWindow | null, window.peek());
  });

  listen("_columns", () => {
    columns.value = decodeColumns(transport.get("_columns") as SentColumns | null);
  });
  listen("_envelopes", () => {
    envelopes.value = decodeEnvelopes(transport.get("_envelopes") as SentEnvelopes | null, envelopes.peek());
  });

  const unsettled = new Set<Name>();
  const send = (name: Name, value: unknown) => {
    if (same(transport.get(name), value)) return;
    if (!name.startsWith("_")) unsettled.add(name);
    transport.set(name, value);
    transport.save_changes();
  };

  const settle = () => {
    if (unsettled.size === 0) return;
    const values = [...unsettled].map((name) => [name, signals[name].peek()]);
    unsettled.clear();
    transport.send({ settle: Object.fromEntries(values) });
  };

  return {
    ...(signals as Signals),
    window,
    live,
    running,
    columns,
    envelopes,
    set(name, value) {
      if (!live.peek() && needsPython(name)) return;
      const hold = held.get(name);
      if (hold) hold.changed = true;
      assign(signals[name], value);
      send(name, value);
    },
    hold(name) {
      const hold = { changed: false };
      held.set(name, hold);
      return () => {
        if (held.get(name) !== hold) return;
        held.delete(name);
        // What arrived during a drag may be older than its end: the gesture has the last word, and Python,
        // should it refuse the value, puts it back after this.
        if (hold.changed) send(name, signals[name].peek());
        else assign(signals[name], receive(transport, name));
      };
    },
    settle,
    cancel() {
      transport.send({ cancel: true });
    },
    compareWithChance() {
      transport.send({ against_chance: true });
    },
    takeCells(cells) {
      settle();
      transport.send({ take_cells: cells });
    },
    moveInHistory(move) {
      settle();
      if (live.peek()) transport.send({ [move]: true });
    },
    dispose() {
      stopWatching();
      for (const [event, callback] of listeners) transport.off(event, callback);
    },
  };
}

function receive<N extends Name>(transport: Transport, name: N): Traits[N] {
  return (transport.get(name) as Traits[N] | undefined) ?? DEFAULTS[name];
}

/** An equal list is not a change: what is drawn from it need not be drawn again. */
function assign<T>(target: Signal<T>, value: unknown): void {
  if (!same(target.peek(), value)) target.value = value as T;
}

function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
  return a.every((item, i) => Object.is(item, b[i]));
}
