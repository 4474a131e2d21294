import { all, listen, setAttribute } from "../../shared/dom";
import { onDrag } from "../../shared/drag";
import { drawOnFrame } from "../../shared/frame";
import { hasModifier } from "../../shared/keys";
import { needsPython } from "../../shared/needs_python";
import { clamp } from "../../shared/numbers";
import { placeIn } from "../../shared/place";
import { scrollBeyondEdges, selectAlone } from "../gestures/brush";
import type { Model } from "../model";
import { addRange, areSeveral, changeRanges, currentRange } from "../ranges/change_ranges";
import { stepAt } from "../time/layout";
import { movedRange, type Range } from "../time/ranges";
import type { ViewState } from "../view_state";

/**
 * The bar of the selection moves it as a whole within its sequence, by dragging and with the arrow keys. Other selected
 * ranges stay.
 */
export function moveSelection(bar: HTMLElement, row: HTMLElement, model: Model, view: ViewState): () => void {
  for (const [name, value] of Object.entries({
    "data-part": "selection-bar",
    role: "slider",
    tabindex: "0",
    title: "drag: move the selection",
    "aria-label": "selection",
  })) {
    bar.setAttribute(name, value);
  }
  needsPython(bar, "undraggable");
  return all(
    drawOnFrame(() => {
      const [start, stop] = model.selection.value ?? [0, 0];
      const [low, high] = view.selectionBounds.value;
      setAttribute(bar, "aria-valuemin", String(low));
      setAttribute(bar, "aria-valuemax", String(Math.max(low, high - (stop - start))));
      setAttribute(bar, "aria-valuenow", String(start));
      setAttribute(bar, "aria-valuetext", `steps ${start} to ${stop}`);
    }),
    dragBar(bar, row, model, view),
    pressKeys(bar, model, view),
  );
}

function dragBar(bar: HTMLElement, row: HTMLElement, model: Model, view: ViewState): () => void {
  const stepUnder = (event: PointerEvent) => {
    const [x] = placeIn(row, event);
    return stepAt(x, view.first.peek(), model.word_width.peek());
  };
  return onDrag(bar, (down) => {
    const selection = model.selection.peek();
    if (!selection) return null;
    bar.focus({ preventScroll: true });
    bar.classList.add("lv-grabbed");
    const caught = stepUnder(down);
    const bounds = view.selectionBounds.peek();
    const position = view.first.peek();
    const selecting = areSeveral(view) ? changeRanges(model, view, selection) : selectAlone(model);
    const reach = (step: number) => selecting.reach(movedRange(selection, step - caught, bounds));
    const scroll = scrollBeyondEdges(() => bounds, reach, model, view);
    const stop = () => {
      scroll.towards(0);
      bar.classList.remove("lv-grabbed");
    };
    return {
      move: (event) => {
        const step = stepUnder(event);
        const [first, end] = view.visible.peek();
        const inSight = clamp(step, first, end - 1);
        scroll.towards(Math.sign(step - inSight));
        reach(inSight);
      },
      end: () => {
        stop();
        selecting.end();
      },
      cancel: () => {
        stop();
        if (view.first.peek() !== position) view.moveTo(position);
        selecting.cancel();
      },
    };
  });
}

function pressKeys(bar: HTMLElement, model: Model, view: ViewState): () => void {
  return listen(bar, "keydown", (event) => {
    const selection = currentRange(model, view);
    if (!selection || hasModifier(event)) return;
    const by = stepsMoved(event, selection);
    if (by === null) return;
    event.preventDefault();
    const moved = movedRange(selection, by, view.selectionBounds.peek());
    if (areSeveral(view)) addRange(moved, selection, model, view);
    else model.set("selection", moved);
    bringIntoSight(moved, view);
  });
}

/** By how many steps a key moves the selection: one, with Shift its length, or as far as its sequence goes. */
export function stepsMoved(
  event: Pick<KeyboardEvent, "key" | "shiftKey">,
  [start, stop]: Range,
): number | null {
  const size = event.shiftKey ? stop - start : 1;
  switch (event.key) {
    case "ArrowRight":
    case "ArrowUp":
      return size;
    case "ArrowLeft":
    case "ArrowDown":
      return -size;
    case "Home":
      return Number.NEGATIVE_INFINITY;
    case "End":
      return Number.POSITIVE_INFINITY;
    default:
      return null;
  }
}

function bringIntoSight([start, stop]: Range, view: ViewState): void {
  const [first, end] = view.visible.peek();
  if (start < first) view.moveTo(start);
  else if (stop > end) view.moveTo(Math.min(start, stop - view.visibleSteps.peek()));
}
