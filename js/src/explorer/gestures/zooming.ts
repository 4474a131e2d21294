import { all, listen } from "../../shared/dom";
import { clamp } from "../../shared/numbers";
import type { Model } from "../model";
import { allowedWidth, nextWidth, WORD_WIDTH_LIMITS } from "../time/layout";
import { containsRange } from "../time/ranges";
import type { ViewState } from "../view_state";

/** A notch of a mouse wheel, in pixels, zooms by a quarter. */
const WHEEL_RATE = Math.log(1.25) / 100;
const LINE_PIXELS = 33;

/** The next width in a direction, around the selection where it is in sight, else around the middle. */
export function zoomBy(direction: 1 | -1, model: Model, view: ViewState): void {
  view.zoom(nextWidth(model.word_width.peek(), direction, view.leastWidth.peek()), restingPoint(model, view));
}

/** All steps in view; and where they are, back to what was seen before. */
export function createWholeToggle(model: Model, view: ViewState) {
  let before: { width: number; position: number } | null = null;
  return () => {
    const whole = view.wholeWidth.peek();
    if (model.word_width.peek() !== whole) {
      before = { width: model.word_width.peek(), position: model.position.peek() };
      view.zoom(whole, 0);
      return;
    }
    if (before) {
      view.zoom(before.width, 0);
      view.moveTo(before.position);
    } else view.zoom(30, restingPoint(model, view));
  };
}

function restingPoint(model: Model, view: ViewState): number {
  const selection = model.selection.peek();
  const [first, end] = view.visible.peek();
  const [from, to] = selection && containsRange([first, end], selection) ? selection : [first, end];
  return ((from + to) / 2 - first) * model.word_width.peek();
}

/** Zoom with the keys + and −, and see all steps with 0, while the plot has the focus. */
export function zoomWithKeys(
  plot: HTMLElement,
  toggleWhole: () => void,
  model: Model,
  view: ViewState,
): () => void {
  return listen(plot, "keydown", (event) => {
    if (event.target !== plot || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "+" || event.key === "=") zoomBy(1, model, view);
    else if (event.key === "-" || event.key === "−") zoomBy(-1, model, view);
    else if (event.key === "0") toggleWhole();
    else return;
    event.preventDefault();
  });
}

/**
 * Zoom with Ctrl and the wheel, which is what a touchpad sends for a pinch, and with two fingers. `target` begins at the
 * first visible step.
 */
export function zoomWithPointer(target: HTMLElement, model: Model, view: ViewState): () => void {
  const free = freeWidth(model);
  const pixels = (clientX: number) => clientX - target.getBoundingClientRect().left;
  const scale = (factor: number, x: number) => {
    view.zoom(free.scaled(factor, view.leastWidth.peek()), Math.max(0, x));
  };
  return all(
    listen(
      target,
      "wheel",
      (event) => {
        if (!(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        const lines = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : LINE_PIXELS;
        scale(Math.exp(-event.deltaY * lines * WHEEL_RATE), pixels(event.clientX));
      },
      { passive: false },
    ),
    pinch(target, pixels, scale),
  );
}

/** Wheels and fingers zoom by little at a time: what rounding to whole pixels takes away is kept. */
function freeWidth(model: Model) {
  let free = model.word_width.peek();
  let set = free;
  return {
    scaled(factor: number, least: number): number {
      const now = model.word_width.peek();
      if (now !== set) free = now;
      free = clamp(free * factor, least, WORD_WIDTH_LIMITS[1]);
      set = allowedWidth(free, least);
      return set;
    },
  };
}

/** Two pointers on `target` zoom by how far apart they are, around the middle between them. */
function pinch(
  target: HTMLElement,
  pixels: (clientX: number) => number,
  scale: (factor: number, x: number) => void,
): () => void {
  const down = new Map<number, number>();
  const apart = () => {
    const [a = 0, b = 0] = down.values();
    return { distance: Math.max(8, Math.abs(a - b)), middle: (a + b) / 2 };
  };
  const forget = (event: PointerEvent) => down.delete(event.pointerId);
  return all(
    listen(
      target,
      "pointerdown",
      (event) => {
        if (event.pointerType !== "touch") return;
        down.set(event.pointerId, event.clientX);
      },
      { capture: true },
    ),
    listen(
      target,
      "pointermove",
      (event) => {
        if (!down.has(event.pointerId)) return;
        if (down.size !== 2) {
          down.set(event.pointerId, event.clientX);
          return;
        }
        const before = apart().distance;
        down.set(event.pointerId, event.clientX);
        const now = apart();
        event.stopPropagation();
        scale(now.distance / before, pixels(now.middle));
      },
      { capture: true },
    ),
    ...(["pointerup", "pointercancel"] as const).map((end) => listen(target, end, forget)),
  );
}
