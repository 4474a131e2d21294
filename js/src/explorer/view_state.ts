import { batch, computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals-core";
import { all } from "../shared/dom";
import { type Colors, NO_COLORS } from "../shared/theme";
import type { Model } from "./model";
import type { PendingRange } from "./ranges/change_ranges";
import { allSelected, isSame } from "./ranges/selected_ranges";
import { LABEL_WIDTHS, plotHeightIn } from "./time/layout";
import type { Range } from "./time/ranges";
import { createViewCells, type ViewCells } from "./view_cells";
import { createViewSteps, goTo, keepEnoughSteps, type ViewSteps } from "./view_steps";

/** The state of one view of the page that is not synced: its size, the pointer, and what follows from these. */
export interface ViewState extends ViewSteps, ViewCells {
  /** Width in pixels of the plot with its label column and the threshold profile. */
  readonly width: Signal<number>;
  /** Width of the label column, which fits the names of the tracks. */
  readonly labelWidth: Signal<number>;
  /** Width of the match list, and whether it stands beside the plot. */
  readonly listWidth: Signal<number>;
  readonly beside: Signal<boolean>;
  readonly plotHeight: ReadonlySignal<number>;
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
  /** The row of an output track under the pointer. */
  readonly hoveredClass: Signal<number | null>;
  /** The step that the keyboard is on in the row of words. */
  readonly cursor: Signal<number | null>;
  /** All ranges that are selected, as they are drawn, in the order of time. */
  readonly ranges: ReadonlySignal<readonly Range[]>;
  /** Whether a range is one of several that are selected. */
  readonly isAmongSeveral: ReadonlySignal<(range: Range) => boolean>;
  /** A range that the page has asked Python to add. */
  readonly pendingRange: Signal<PendingRange | null>;
  /** The match that was clicked last; null after a new selection. */
  readonly shownMatch: Signal<Range | null>;
  /** A message from the page itself, such as about text that is no number. */
  readonly message: Signal<string>;
  readonly greyRedraws: Signal<number>;
  readonly painted: Signal<boolean>;

  moveTo(position: number): void;
  /** Change the width of steps. What is `x` pixels right of the label column stays there. */
  zoom(wordWidth: number, x: number): void;
  say(message: string): void;
  dispose(): void;
}

const MESSAGE_MS = 6000;

export function createViewState(model: Model): ViewState {
  const width = signal(0);
  const labelWidth = signal(LABEL_WIDTHS[0]);
  const beside = signal(false);
  const plotHeight = computed(() => plotHeightIn(model.height.value, beside.value));
  const message = signal("");
  const hoveredCell = signal<number | null>(null);
  const hoveredStep = signal<number | null>(null);
  const shownMatch = signal<Range | null>(null);
  const pendingRange = signal<PendingRange | null>(null);
  const asked = computed(() =>
    allSelected(model.selection.value, model.selected_ranges.value, model._n_ranges.value),
  );
  const ranges = computed(() => withPending(asked.value, pendingRange.value));
  const isAmongSeveral = computed(() => {
    const there = new Set(ranges.value.length > 1 ? ranges.value.map(String) : []);
    return (range: Range) => there.has(String(range));
  });
  const steps = createViewSteps(model, width, labelWidth);
  let forget = 0;
  /** Something else is under the pointer now. */
  const unmark = () => {
    hoveredStep.value = null;
    hoveredCell.value = null;
  };
  return {
    ...steps,
    ...createViewCells(model, steps, plotHeight),
    ...{ width, labelWidth, beside, plotHeight },
    listWidth: signal(0),
    pixelRatio: signal(1),
    colors: signal(NO_COLORS),
    hoveredCell,
    hoveredStep,
    hoveredThreshold: signal(null),
    hoveredMatchWord: signal(null),
    hoveredTrack: signal(null),
    hoveredClass: signal(null),
    cursor: signal(null),
    ...{ ranges, isAmongSeveral, pendingRange },
    shownMatch,
    message,
    greyRedraws: signal(0),
    painted: signal(false),
    moveTo(position) {
      unmark();
      goTo(position, model, steps);
    },
    zoom(wordWidth, x) {
      const before = model.word_width.peek();
      if (wordWidth === before) return;
      const step = steps.first.peek() + x / before;
      batch(() => {
        unmark();
        model.set("word_width", wordWidth);
        goTo(Math.round(step - x / wordWidth), model, steps);
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
      keepEnoughSteps(model, width, steps),
      model.selection.subscribe(() => {
        shownMatch.value = null;
      }),
      effect(() => {
        // Python has made the change, or refused it.
        model.selection.value;
        model.selected_ranges.value;
        model.error.value;
        pendingRange.value = null;
      }),
    ),
  };
}

function withPending(ranges: readonly Range[], pending: PendingRange | null): readonly Range[] {
  if (!pending) return ranges;
  const kept = ranges.filter((each) => !isSame(each, pending.instead) && !isSame(each, pending.range));
  const after = kept.findIndex(([start]) => start > pending.range[0]);
  const place = after < 0 ? kept.length : after;
  return [...kept.slice(0, place), pending.range, ...kept.slice(place)];
}
