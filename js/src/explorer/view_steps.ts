import { computed, effect, type ReadonlySignal, type Signal } from "@preact/signals-core";
import { all } from "../shared/dom";
import type { Model } from "./model";
import {
  clampPosition,
  LABEL_WIDTHS,
  profileRoom,
  READABLE_WIDTH,
  stepsThatFit,
  strideAt,
  WORD_WIDTH_LIMITS,
  wholeWidth,
} from "./time/layout";
import { containsRange, type KnownStarts, type Range, sequenceAround } from "./time/ranges";

/** Which steps a view shows, and what is known of the sequences around them. */
export interface ViewSteps {
  /** How many whole steps fit in the page, and the steps in sight. */
  readonly visibleSteps: ReadonlySignal<number>;
  /**
   * The first step in sight: `position`, but where steps share columns the page is kept full, without empty room after
   * the last step. `position` itself stays, so that a wider step shows it again.
   */
  readonly first: ReadonlySignal<number>;
  readonly visible: ReadonlySignal<Range>;
  /** The steps that can be shown: all, or without Python only those that were saved. */
  readonly availableSteps: ReadonlySignal<Range>;
  /** How many steps share a column; null where there is room for words. */
  readonly stride: ReadonlySignal<number | null>;
  /** The least width of a step. Without Python, steps get narrower than words only if columns were saved. */
  readonly leastWidth: ReadonlySignal<number>;
  /** The width at which all steps are in view. */
  readonly wholeWidth: ReadonlySignal<number>;
  /** A range of steps around those in view, and all starts of sequences in it. */
  readonly knownStarts: ReadonlySignal<KnownStarts | null>;
  /** The sequence of the selection, as far as it is known. */
  readonly selectionBounds: ReadonlySignal<Range>;
  readonly selectionInSight: ReadonlySignal<boolean>;
  /** The limits of a range that holds `step`: its sequence, as far as that is known. */
  boundsAround(step: number): Range;
}

export function createViewSteps(
  model: Model,
  width: ReadonlySignal<number>,
  labelWidth: ReadonlySignal<number>,
): ViewSteps {
  const contentWidth = computed(() => width.value - profileRoom(width.value) - labelWidth.value);
  const visibleSteps = computed(() => stepsThatFit(contentWidth.value, model.word_width.value));
  const stride = computed(() => strideAt(model.word_width.value));
  const availableSteps = computed<Range>(() => {
    const saved = (stride.value === null ? null : model._columns.value) ?? model._window.value;
    return model.live.value || !saved ? [0, model._steps.value] : [saved.start, saved.stop];
  });
  const first = computed(() => {
    const position = model.position.value;
    if (stride.value === null) return position;
    const [low, high] = availableSteps.value;
    return low + clampPosition(position - low, high - low, visibleSteps.value);
  });
  const visible = computed<Range>(() => {
    const start = first.value;
    return [start, Math.min(start + visibleSteps.value, Math.max(availableSteps.value[1], start))];
  });
  const whole = computed(() =>
    wholeWidth(contentWidth.value, availableSteps.value[1] - availableSteps.value[0]),
  );
  const leastWidth = computed(() => {
    const inReach = model.live.value || model._columns.value !== null;
    return inReach ? Math.min(whole.value, WORD_WIDTH_LIMITS[0]) : READABLE_WIDTH;
  });
  const knownStarts = computed<KnownStarts | null>(() => {
    const columns = stride.value === null ? null : model._columns.value;
    if (columns) return { ...startsIn(columns), number: columns.sequence };
    return stride.value === null && model._window.value ? startsIn(model._window.value) : null;
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
  return {
    ...{ visibleSteps, first, visible, availableSteps, stride, leastWidth, knownStarts },
    ...{ selectionBounds, selectionInSight, boundsAround },
    wholeWidth: computed(() => Math.max(whole.value, leastWidth.value)),
  };
}

/** Go to a position, as far as there are steps to show. */
export function goTo(position: number, model: Model, { availableSteps, visibleSteps }: ViewSteps): void {
  const [low, high] = availableSteps.peek();
  model.set("position", low + clampPosition(position - low, high - low, visibleSteps.peek()));
}

/**
 * Tell Python how many steps to send. A view sends its number when its size changes. If several views share the
 * model, the one that shows most raises the number again.
 */
export function keepEnoughSteps(model: Model, width: Signal<number>, steps: ViewSteps): () => void {
  const measured = computed(() => (width.value > LABEL_WIDTHS[1] ? steps.visibleSteps.value : 0));
  return all(
    // First, so that Python is not asked for the states of many steps that will share columns.
    effect(() => model.set("_stride", steps.stride.value)),
    effect(() => {
      const count = measured.value;
      if (count > 0) model.set("_visible_steps", count);
    }),
    effect(() => {
      if (model._visible_steps.value < measured.peek()) model.set("_visible_steps", measured.peek());
    }),
  );
}

function startsIn(seen: { start: number; stop: number; sequenceStarts: readonly number[] }): KnownStarts {
  return { range: [seen.start, seen.stop], starts: seen.sequenceStarts };
}
