import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals-core";
import { countOn, type Window } from "./decode";
import { all } from "./dom";
import { clampPosition, LABEL_WIDTH, PLOT_HEIGHT, PLOT_PADDING, stepsThatFit } from "./layout";
import type { Model } from "./model";
import { roundToPrecision } from "./precision";
import { finiteExtent, type ValueScale, valueScale } from "./scale";
import { containsRange, type Range, sequenceAround } from "./snap";
import { type Colors, NO_COLORS } from "./theme";

/** What belongs to one view of the page and is not synced: its size, the pointer, and what follows from both. */
export interface Own {
  readonly width: Signal<number>;
  readonly pixelRatio: Signal<number>;
  readonly colors: Signal<Colors>;
  readonly hoveredCell: Signal<number | null>;
  readonly hoveredStep: Signal<number | null>;
  /** The word of a match under the pointer, which need not be in the window. */
  readonly hoveredMatchWord: Signal<{ word: string; on: number; cells: number; tracks: string[] } | null>;
  /** Name of the track under the pointer. */
  readonly hoveredTrack: Signal<string | null>;
  /** Step the keyboard is on in the row of words. */
  readonly cursor: Signal<number | null>;
  /** The match that was last clicked, until another gesture moves on. */
  readonly shownMatch: Signal<Range | null>;
  /** A remark of the page's own, such as on a number that cannot be read. */
  readonly message: Signal<string>;
  readonly greyRedraws: Signal<number>;
  readonly painted: Signal<boolean>;

  /** How many whole steps are in sight, and which. */
  readonly visibleSteps: ReadonlySignal<number>;
  readonly visible: ReadonlySignal<Range>;
  /** The steps that can be seen: all, or, where Python is not there to send others, those that were saved. */
  readonly limits: ReadonlySignal<Range>;
  readonly scale: ReadonlySignal<ValueScale>;
  /** The window whose states are those of the active layer, or null while they are on their way. */
  readonly states: ReadonlySignal<Window | null>;
  /** All cells of the window, and those of them that are selected. */
  readonly everyCell: ReadonlySignal<readonly number[]>;
  readonly shownCells: ReadonlySignal<readonly number[]>;
  /** The threshold in the precision of the states. */
  readonly limit: ReadonlySignal<number>;
  /** How many selected cells are on at each step of the window. */
  readonly onCounts: ReadonlySignal<Int32Array | null>;
  /** The sequence of the selection, as far as it is known. */
  readonly selectionBounds: ReadonlySignal<Range>;
  readonly selectionInSight: ReadonlySignal<boolean>;

  moveTo(position: number): void;
  /** The steps a range that holds `step` may reach: its sequence, as far as it is known. */
  boundsAround(step: number): Range;
  say(message: string): void;
  dispose(): void;
}

const MESSAGE_MS = 6000;

export function createOwn(model: Model): Own {
  const width = signal(0);
  const message = signal("");
  const hoveredCell = signal<number | null>(null);
  const hoveredStep = signal<number | null>(null);
  const shownMatch = signal<Range | null>(null);
  const visibleSteps = computed(() => stepsThatFit(width.value, model.word_width.value));
  const limits = computed<Range>(() => {
    const window = model.window.value;
    return model.live.value || !window ? [0, model._steps.value] : [window.start, window.stop];
  });
  const visible = computed<Range>(() => {
    const start = model.position.value;
    return [start, Math.min(start + visibleSteps.value, Math.max(limits.value[1], start))];
  });
  const states = computed(() =>
    model.window.value?.layer === model.layer.value ? model.window.value : null,
  );
  // Apart from `scale`, so that a window with the same values does not measure them again.
  const values = computed(() => states.value?.values ?? null);
  const shown = computed(() => (values.value ? finiteExtent(values.value) : null));
  const scale = computed(() =>
    valueScale(model._value_range.value, shown.value, PLOT_PADDING, PLOT_HEIGHT - PLOT_PADDING),
  );
  const cellCount = computed(() => states.value?.cells ?? 0);
  const everyCell = computed(() => Array.from({ length: cellCount.value }, (_, cell) => cell));
  // After a change of layer the selected cells of the old one are shown until Python has answered.
  const shownCells = computed(() => model.selected_cells.value.filter((cell) => cell < cellCount.value));
  const limit = computed(() => roundToPrecision(model.threshold.value, states.value?.precision ?? "float64"));
  const onCounts = computed(() => {
    const window = states.value;
    if (!window) return null;
    return countOn(window, shownCells.value, limit.value);
  });
  const boundsAround = (step: number): Range => {
    const window = model.window.peek();
    return sequenceAround(step, window?.sequenceStarts ?? [], [
      window?.start ?? 0,
      window?.stop ?? model._steps.peek(),
    ]);
  };
  const selectionBounds = computed<Range>(() => {
    const [start, stop] = model.selection.value ?? [0, 0];
    const sent = model._selection_bounds.value;
    // Python's answer lags behind a brush: until it fits, the window tells.
    model.window.value;
    return sent && containsRange(sent, [start, stop]) ? sent : boundsAround(start);
  });
  const selectionInSight = computed(
    () => model.selection.value === null || containsRange(visible.value, model.selection.value),
  );

  let forget = 0;
  return {
    width,
    pixelRatio: signal(1),
    colors: signal(NO_COLORS),
    hoveredCell,
    hoveredStep,

    hoveredMatchWord: signal(null),
    hoveredTrack: signal(null),
    cursor: signal(null),
    shownMatch,
    message,
    greyRedraws: signal(0),
    painted: signal(false),
    visibleSteps,
    visible,
    limits,
    scale,
    states,
    everyCell,
    shownCells,
    limit,
    onCounts,
    selectionBounds,
    selectionInSight,
    boundsAround,
    moveTo(position) {
      // The pointer has not moved, but what was under it has.
      hoveredStep.value = null;
      hoveredCell.value = null;
      const [low, high] = limits.peek();
      model.set("position", low + clampPosition(position - low, high - low, visibleSteps.peek()));
    },
    say(text) {
      message.value = text;
      clearTimeout(forget);
      forget = setTimeout(() => {
        message.value = "";
      }, MESSAGE_MS);
    },
    dispose: all(
      () => clearTimeout(forget),
      keepEnoughSteps(model, width, visibleSteps),
      model.selection.subscribe(() => {
        shownMatch.value = null;
      }),
    ),
  };
}

/**
 * Tell Python how many steps to send. A view sends its own number when its size changes; where several views share
 * the model, the one that shows most raises the number again.
 */
function keepEnoughSteps(model: Model, width: Signal<number>, visible: ReadonlySignal<number>): () => void {
  const measured = computed(() => (width.value > LABEL_WIDTH ? visible.value : 0));
  return all(
    effect(() => {
      const steps = measured.value;
      if (steps > 0) model.set("_visible_steps", steps);
    }),
    effect(() => {
      if (model._visible_steps.value < measured.peek()) model.set("_visible_steps", measured.peek());
    }),
  );
}
