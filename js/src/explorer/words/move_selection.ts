import { all, listen, setAttribute } from "../../shared/dom";
import { onDrag } from "../../shared/drag";
import { drawOnFrame } from "../../shared/frame";
import { hasModifier } from "../../shared/keys";
import { clamp } from "../../shared/numbers";
import { scrollBeyondEdges } from "../gestures/brush";
import type { Model } from "../model";
import { stepAt } from "../time/layout";
import { movedRange, type Range } from "../time/ranges";
import type { Own } from "../view_state";

/** The bar that stands for the selection moves it as a whole, within its sequence: dragged, and with the arrow keys. */
export function moveSelection(bar: HTMLElement, row: HTMLElement, model: Model, own: Own): () => void {
  for (const [name, value] of Object.entries({
    "data-part": "selection-bar",
    role: "slider",
    tabindex: "0",
    title: "drag: move the selection",
    "aria-label": "selection",
  })) {
    bar.setAttribute(name, value);
  }
  return all(
    drawOnFrame(() => {
      const [start, stop] = model.selection.value ?? [0, 0];
      const [low, high] = own.selectionBounds.value;
      setAttribute(bar, "aria-valuemin", String(low));
      setAttribute(bar, "aria-valuemax", String(Math.max(low, high - (stop - start))));
      setAttribute(bar, "aria-valuenow", String(start));
      setAttribute(bar, "aria-valuetext", `steps ${start} to ${stop}`);
    }),
    dragBar(bar, row, model, own),
    pressKeys(bar, model, own),
  );
}

function dragBar(bar: HTMLElement, row: HTMLElement, model: Model, own: Own): () => void {
  const stepUnder = (event: PointerEvent) => {
    const x = event.clientX - row.getBoundingClientRect().left;
    return stepAt(x, model.position.peek(), model.word_width.peek());
  };
  return onDrag(bar, (down) => {
    const selection = model.selection.peek();
    if (!selection) return null;
    bar.focus({ preventScroll: true });
    bar.classList.add("lv-grabbed");
    const caught = stepUnder(down);
    const bounds = own.selectionBounds.peek();
    const position = model.position.peek();
    const release = model.hold("selection");
    const reach = (step: number) => model.set("selection", movedRange(selection, step - caught, bounds));
    const scroll = scrollBeyondEdges(() => bounds, reach, model, own);
    const stop = () => {
      scroll.towards(0);
      bar.classList.remove("lv-grabbed");
    };
    return {
      move: (event) => {
        const step = stepUnder(event);
        const [first, end] = own.visible.peek();
        const inSight = clamp(step, first, end - 1);
        scroll.towards(Math.sign(step - inSight));
        reach(inSight);
      },
      end: () => {
        stop();
        release();
      },
      cancel: () => {
        stop();
        model.set("selection", selection);
        if (model.position.peek() !== position) own.moveTo(position);
        release();
      },
    };
  });
}

function pressKeys(bar: HTMLElement, model: Model, own: Own): () => void {
  return listen(bar, "keydown", (event) => {
    const selection = model.selection.peek();
    if (!selection || hasModifier(event)) return;
    const by = stepsOf(event, selection);
    if (by === null) return;
    event.preventDefault();
    const moved = movedRange(selection, by, own.selectionBounds.peek());
    model.set("selection", moved);
    bringIntoSight(moved, own);
  });
}

function stepsOf(event: KeyboardEvent, [start, stop]: Range): number | null {
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

function bringIntoSight([start, stop]: Range, own: Own): void {
  const [first, end] = own.visible.peek();
  if (start < first) own.moveTo(start);
  else if (stop > end) own.moveTo(Math.min(start, stop - own.visibleSteps.peek()));
}
