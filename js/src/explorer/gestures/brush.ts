import { onDrag } from "../../shared/drag";
import { clamp } from "../../shared/numbers";
import { placeIn } from "../../shared/place";
import { brushedRange, fartherEnd } from "../../shared/ranges";
import { repeatOnFrames } from "../../shared/repeat";
import type { Model } from "../model";
import { wholeColumns } from "../time/columns";
import { smallMove, stepAt } from "../time/layout";
import { joinStarts, type KnownStarts, type Range, sequenceAround } from "../time/ranges";
import type { ViewState } from "../view_state";

/** Milliseconds between two moves while the pointer is held beyond an edge. */
const SCROLL_INTERVAL = 60;

/**
 * Select steps by a drag on `target`, whose left edge is that of the first visible step. Held beyond an edge, the
 * pointer scrolls along time as far as the sequence goes. With Shift the selection is extended.
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
    const before = { selection: model.selection.peek(), position: view.first.peek() };
    const release = model.hold("selection");
    const reach = (step: number) => {
      const range = brushedRange(anchor, step, bounds());
      model.set("selection", wholeColumns(range, view.stride.peek() ?? 1, bounds()));
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
        release();
      },
      cancel: () => {
        scroll.towards(0);
        model.set("selection", before.selection);
        if (view.first.peek() !== before.position) view.moveTo(before.position);
        release();
      },
    };
  });
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
