import { batch, computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals-core";
import { all } from "../shared/dom";
import { clamp } from "../shared/numbers";
import { type Colors, NO_COLORS } from "../shared/theme";
import type { CellAlignment } from "./cells/cell_alignment";
import type { Model } from "./model";
import { type Columns, columnsIn, type Envelopes } from "./time/columns";
import {
  clampPosition,
  LABEL_WIDTH,
  PLOT_HEIGHT,
  PLOT_PADDING,
  profileRoom,
  READABLE_WIDTH,
  stepsThatFit,
  strideAt,
  WORD_WIDTH_LIMITS,
  wholeWidth,
} from "./time/layout";
import { roundToPrecision } from "./time/precision";
import { containsRange, type KnownStarts, type Range, sequenceAround } from "./time/ranges";
import { countRuns, runsOf } from "./time/runs";
import { finiteExtent, fixedScale, type ValueScale, valueScale } from "./time/scale";
import { countOn, type Window } from "./time/window";

/** The state of one view of the page that is not synced: its size, the pointer, and what follows from these. */
export interface ViewState {
  readonly width: Signal<number>;
  readonly pixelRatio: Signal<number>;
  readonly colors: Signal<Colors>;
  readonly hoveredCell: Signal<number | null>;
  readonly hoveredStep: Signal<number | null>;
  /** The threshold under the pointer in the threshold profile. */
  readonly hoveredThreshold: Signal<number | null>;
  /** The word under the pointer in the list of matches. It need not be in the window. */
  readonly hoveredMatchWord: Signal<{ word: string; on: number; cells: number; tracks: string[] } | null>;
  /** Name of the track under the pointer. */
  readonly hoveredTrack: Signal<string | null>;
  /** The step that the keyboard is on in the row of words. */
  readonly cursor: Signal<number | null>;
  /** The match that was clicked last; null after a new selection. */
  readonly shownMatch: Signal<Range | null>;
  /** A message from the page itself, such as about text that is no number. */
  readonly message: Signal<string>;
  readonly greyRedraws: Signal<number>;
  readonly painted: Signal<boolean>;

  /** How many whole steps fit in the page, and the steps in sight. */
  readonly visibleSteps: ReadonlySignal<number>;
  readonly visible: ReadonlySignal<Range>;
  /** The steps that can be shown: all, or without Python only those that were saved. */
  readonly availableSteps: ReadonlySignal<Range>;
  /** How many steps share a column; null where there is room for words. */
  readonly stride: ReadonlySignal<number | null>;
  /** The least width of a step. Without Python, steps get narrower than words only if columns were saved. */
  readonly leastWidth: ReadonlySignal<number>;
  /** The width at which all steps are in view. */
  readonly wholeWidth: ReadonlySignal<number>;
  readonly scale: ReadonlySignal<ValueScale>;
  /** The tick of the value axis that the threshold's number covers. */
  readonly tickUnderThreshold: ReadonlySignal<number | null>;
  /** The window, if it has the states of the active layer; null until they have come. */
  readonly states: ReadonlySignal<Window | null>;
  /**
   * The columns of the active layer, and the envelopes of its cells. null where there are words, and until they have
   * come.
   */
  readonly columns: ReadonlySignal<Columns | null>;
  readonly envelopes: ReadonlySignal<Envelopes | null>;
  /** A range of steps around those in view, and all starts of sequences in it. */
  readonly knownStarts: ReadonlySignal<KnownStarts | null>;
  /** How well each cell of the active layer tells where the chosen label stands. */
  readonly alignment: ReadonlySignal<CellAlignment | null>;
  /** All cells of the layer, and the selected ones. */
  readonly everyCell: ReadonlySignal<readonly number[]>;
  readonly shownCells: ReadonlySignal<readonly number[]>;
  /** The threshold in the precision of the states. */
  readonly roundedThreshold: ReadonlySignal<number>;
  /** The runs of steps on which each selected cell is on within the window, without runs shorter than `min_run`. */
  readonly runs: ReadonlySignal<readonly (readonly Range[])[]>;
  /** How many selected cells are on at each step of the window, counting these runs only. */
  readonly onCounts: ReadonlySignal<Int32Array | null>;
  /** The sequence of the selection, as far as it is known. */
  readonly selectionBounds: ReadonlySignal<Range>;
  readonly selectionInSight: ReadonlySignal<boolean>;

  moveTo(position: number): void;
  /** Change the width of steps. What is `x` pixels right of the label column stays there. */
  zoom(wordWidth: number, x: number): void;
  /** The limits of a range that holds `step`: its sequence, as far as that is known. */
  boundsAround(step: number): Range;
  say(message: string): void;
  dispose(): void;
}

const MESSAGE_MS = 6000;
/** The number of the threshold covers ticks that are closer than so many pixels. */
const BADGE_REACH = 15;

export function createViewState(model: Model): ViewState {
  const width = signal(0);
  const message = signal("");
  const hoveredCell = signal<number | null>(null);
  const hoveredStep = signal<number | null>(null);
  const shownMatch = signal<Range | null>(null);
  const contentWidth = computed(() => width.value - profileRoom(width.value));
  const visibleSteps = computed(() => stepsThatFit(contentWidth.value, model.word_width.value));
  const stride = computed(() => strideAt(model.word_width.value));
  const availableSteps = computed<Range>(() => {
    const saved = (stride.value === null ? null : model._columns.value) ?? model._window.value;
    return model.live.value || !saved ? [0, model._steps.value] : [saved.start, saved.stop];
  });
  const visible = computed<Range>(() => {
    const start = model.position.value;
    return [start, Math.min(start + visibleSteps.value, Math.max(availableSteps.value[1], start))];
  });
  const states = computed(() =>
    model._window.value?.layer === model.layer.value ? model._window.value : null,
  );
  const whole = computed(() =>
    wholeWidth(contentWidth.value, availableSteps.value[1] - availableSteps.value[0]),
  );
  const leastWidth = computed(() => {
    const inReach = model.live.value || model._columns.value !== null;
    return inReach ? Math.min(whole.value, WORD_WIDTH_LIMITS[0]) : READABLE_WIDTH;
  });
  const columns = computed(() => {
    const sent = stride.value === null ? null : model._columns.value;
    return sent?.layer === model.layer.value ? sent : null;
  });
  const envelopes = computed(() => {
    const sent = columns.value && model._envelopes.value;
    return sent?.layer === model.layer.value ? sent : null;
  });
  const alignment = computed(() => {
    const sent = model._alignment.value;
    return sent?.layer === model.layer.value ? sent : null;
  });
  const knownStarts = computed<KnownStarts | null>(() => {
    const seen = stride.value === null ? model._window.value : model._columns.value;
    return seen && { range: [seen.start, seen.stop], starts: seen.sequenceStarts };
  });
  // Separate from `scale`, so that a new window with the same values is not measured again.
  const values = computed(() => states.value?.values ?? null);
  const shown = computed(() => {
    const seen = columns.value;
    return seen ? columnsExtent(seen, [seen.start, seen.stop]) : values.value && finiteExtent(values.value);
  });
  const inView = computed(() => {
    const window = states.value;
    if (columns.value) return columnsExtent(columns.value, visible.value);
    if (!window) return null;
    const [first, end] = visible.value.map((step) => (step - window.start) * window.cells) as [
      number,
      number,
    ];
    return finiteExtent(window.values.subarray(Math.max(0, first), Math.max(0, end)));
  });
  const scale = computed(() => {
    const axis = model.value_axis.value;
    const layer = model._value_range.value;
    const [top, bottom] = [PLOT_PADDING, PLOT_HEIGHT - PLOT_PADDING];
    if (axis === "layer") return valueScale(layer, shown.value, top, bottom);
    if (axis === "view") return valueScale(inView.value ?? layer, null, top, bottom);
    return fixedScale(axis, top, bottom);
  });
  const tickUnderThreshold = computed(() => {
    const { ticks, toPixel, domain } = scale.value;
    const y = toPixel(clamp(model.threshold.value, domain[0], domain[1]));
    return ticks.find((tick) => Math.abs(toPixel(tick) - y) < BADGE_REACH) ?? null;
  });
  const cellCount = computed(() => {
    const layer = model._layers.value.find(({ name }) => name === model.layer.value);
    return states.value?.cells ?? layer?.cells ?? 0;
  });
  const everyCell = computed(() => Array.from({ length: cellCount.value }, (_, cell) => cell));
  // After a change of layer, `selected_cells` are those of the old one until Python has answered.
  const shownCells = computed(() => model.selected_cells.value.filter((cell) => cell < cellCount.value));
  const roundedThreshold = computed(() =>
    roundToPrecision(model.threshold.value, states.value?.precision ?? "float64"),
  );
  const runs = computed(() => {
    const window = states.value;
    const least = model.min_run.value;
    return window ? runsOf(window, shownCells.value, roundedThreshold.value, least, model._steps.value) : [];
  });
  const onCounts = computed(() => {
    const window = states.value;
    if (!window) return null;
    if (model.min_run.value > 1) return countRuns(window, runs.value);
    return countOn(window, shownCells.value, roundedThreshold.value);
  });
  const boundsAround = (step: number): Range => {
    const { starts, range } = knownStarts.peek() ?? { starts: [], range: [0, model._steps.peek()] };
    return sequenceAround(step, starts, range);
  };
  const selectionBounds = computed<Range>(() => {
    const [start, stop] = model.selection.value ?? [0, 0];
    const sent = model._selection_bounds.value;
    // During a brush Python's answer is late. Until it fits the selection, use what the window tells.
    knownStarts.value;
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
    hoveredThreshold: signal(null),
    hoveredMatchWord: signal(null),
    hoveredTrack: signal(null),
    cursor: signal(null),
    shownMatch,
    message,
    greyRedraws: signal(0),
    painted: signal(false),
    visibleSteps,
    visible,
    availableSteps,
    stride,
    leastWidth,
    wholeWidth: computed(() => Math.max(whole.value, leastWidth.value)),
    scale,
    states,
    columns,
    envelopes,
    knownStarts,
    alignment,
    tickUnderThreshold,
    everyCell,
    shownCells,
    roundedThreshold,
    runs,
    onCounts,
    selectionBounds,
    selectionInSight,
    boundsAround,
    moveTo(position) {
      // Something else is under the pointer now.
      hoveredStep.value = null;
      hoveredCell.value = null;
      const [low, high] = availableSteps.peek();
      model.set("position", low + clampPosition(position - low, high - low, visibleSteps.peek()));
    },
    zoom(wordWidth, x) {
      const before = model.word_width.peek();
      if (wordWidth === before) return;
      const step = model.position.peek() + x / before;
      batch(() => {
        hoveredStep.value = null;
        hoveredCell.value = null;
        model.set("word_width", wordWidth);
        const position = Math.round(step - x / wordWidth);
        const [low, high] = availableSteps.peek();
        model.set("position", low + clampPosition(position - low, high - low, visibleSteps.value));
      });
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
      keepEnoughSteps(model, width, visibleSteps, stride),
      model.selection.subscribe(() => {
        shownMatch.value = null;
      }),
      // Where steps share columns, the page is full: there is no empty room after the last step.
      effect(() => {
        const [low, high] = availableSteps.value;
        const last = low + clampPosition(high - low, high - low, visibleSteps.value);
        if (stride.value !== null && width.value > 0 && model.position.value > last) {
          model.set("position", last);
        }
      }),
    ),
  };
}

/**
 * Tell Python how many steps to send. A view sends its number when its size changes. If several views share the
 * model, the one that shows most raises the number again.
 */
function keepEnoughSteps(
  model: Model,
  width: Signal<number>,
  visible: ReadonlySignal<number>,
  stride: ReadonlySignal<number | null>,
): () => void {
  const measured = computed(() => (width.value > LABEL_WIDTH ? visible.value : 0));
  return all(
    // First, so that Python is not asked for the states of many steps that will share columns.
    effect(() => model.set("_stride", stride.value)),
    effect(() => {
      const steps = measured.value;
      if (steps > 0) model.set("_visible_steps", steps);
    }),
    effect(() => {
      if (model._visible_steps.value < measured.peek()) model.set("_visible_steps", measured.peek());
    }),
  );
}

function columnsExtent(columns: Columns, steps: Range): Range | null {
  const [from, to] = columnsIn(columns, steps);
  const low = finiteExtent(columns.lowest.subarray(from, to));
  const high = finiteExtent(columns.highest.subarray(from, to));
  return low && high && [low[0], high[1]];
}
