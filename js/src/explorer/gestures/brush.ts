import { onDrag } from "../../shared/drag";
import { clamp } from "../../shared/numbers";
import { placeIn } from "../../shared/place";
import { brushedRange, fartherEnd } from "../../shared/ranges";
import { repeatOnFrames } from "../../shared/repeat";
import type { Model } from "../model";
import { areSeveral, changeRanges, removeRange } from "../ranges/change_ranges";
import { wholeColumns } from "../time/columns";
import { smallMove, stepAt } from "../time/layout";
import { joinStarts, type KnownStarts, type Range, sequenceAround } from "../time/ranges";
import type { ViewState } from "../view_state";

/** Milliseconds between two moves while the pointer is held beyond an edge. */
const SCROLL_INTERVAL = 60;

/**
 * Select steps by a drag on `target`, whose left edge is that of the first visible step. Held beyond an edge, the
 * pointer scrolls along time as far as the sequence goes. With Shift the selection is extended. With Ctrl (⌘ on a Mac)
 * the steps are selected besides what is selected already, and a click takes the range under it out again.
 */
export function brushSteps(target: HTMLElement, model: Model, view: ViewState): () => void {
  const stepUnder = (event: PointerEvent) => {
    const [x] = placeIn(target, event);
    return stepAt(x, view.first.peek(), model.word_width.peek());
  };
  const intoSight = (step: number) => {
    const [first, end] = view.visible.peek();
    return clamp(step, first, end - 1);
  };

  return onDrag(target, (down) => {
    if (down.altKey) return null;
    const [first, end] = view.visible.peek();
    const known = view.knownStarts.peek();
    if (first >= end || !known) return null;
    target.focus({ preventScroll: true });
    const pressed = intoSight(stepUnder(down));
    const extended = down.shiftKey ? model.selection.peek() : null;
    const anchor = extended ? fartherEnd(extended, pressed) : pressed;
    const sequence = view.selectionBounds.peek();
    const bounds = extended ? () => sequence : knownBounds(anchor, known, view);
    const position = view.first.peek();
    const adds = (down.ctrlKey || down.metaKey) && !extended;
    const under = adds ? rangeUnder(pressed, model, view) : null;
    const selecting =
      adds || (extended && areSeveral(view)) ? changeRanges(model, view, extended) : selectAlone(model);
    let reached = pressed;
    const reach = (step: number) => {
      reached = step;
      const range = brushedRange(anchor, step, bounds());
      selecting.reach(wholeColumns(range, view.stride.peek() ?? 1, bounds()));
      view.cursor.value = step;
    };
    const scroll = scrollBeyondEdges(bounds, reach, model, view);
    reach(pressed);
    return {
      move: (event) => {
        const step = stepUnder(event);
        scroll.towards(Math.sign(step - intoSight(step)));
        reach(intoSight(step));
      },
      end: () => {
        scroll.towards(0);
        if (under && reached === pressed) removeRange(under, model, view);
        else selecting.end();
      },
      cancel: () => {
        scroll.towards(0);
        if (view.first.peek() !== position) view.moveTo(position);
        selecting.cancel();
      },
    };
  });
}

/** A drag that selects its steps and nothing else. */
export function selectAlone(model: Model) {
  const before = model.selection.peek();
  const ranges = model.selected_ranges.peek();
  const count = model._n_ranges.peek();
  const release = model.hold("selection");
  return {
    reach: (range: Range) => model.set("selection", range),
    end: release,
    cancel() {
      model.set("selection", before);
      release();
      // Python has dropped the other ranges. They can be given back if all of them had been sent.
      if (before && ranges.length > 0 && ranges.length === count)
        model.changeRanges({ ranges, current: before });
    },
  };
}

/** The selected range that a step lies in: the current one first. */
function rangeUnder(step: number, model: Model, view: ViewState): Range | null {
  const holds = ([start, stop]: Range) => start <= step && step < stop;
  const selection = model.selection.peek();
  return selection && holds(selection) ? selection : (view.ranges.peek().find(holds) ?? null);
}

/** The sequence around `anchor`, as far as the windows that came since the start of the brush tell. */
function knownBounds(anchor: number, known: KnownStarts, view: ViewState) {
  return () => {
    const seen = view.knownStarts.peek();
    if (seen) known = joinStarts(known, seen);
    return sequenceAround(anchor, known.starts, known.range);
  };
}

/** Scroll while told to, within `bounds`, and call `reach` with each step that comes into sight. */
export function scrollBeyondEdges(
  bounds: () => Range,
  reach: (step: number) => void,
  model: Model,
  view: ViewState,
) {
  let direction = 0;
  let stop = () => {};
  const act = () => {
    const [low, high] = bounds();
    const [first, end] = view.visible.peek();
    if (direction < 0 ? first <= low : end >= high) return;
    view.moveTo(view.first.peek() + direction * smallMove(model.word_width.peek()));
    const [newFirst, newEnd] = view.visible.peek();
    reach(direction < 0 ? newFirst : newEnd - 1);
  };
  return {
    /** 1: towards later steps; −1: towards earlier ones; 0: stay. */
    towards(wanted: number) {
      if (wanted === direction) return;
      stop();
      direction = wanted;
      stop = wanted === 0 ? () => {} : repeatOnFrames(SCROLL_INTERVAL, act);
    },
  };
}
