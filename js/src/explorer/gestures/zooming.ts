import { all, listen } from "../../shared/dom";
import { clamp } from "../../shared/numbers";
import { onPinch } from "../../shared/pinch";
import { placeIn } from "../../shared/place";
import { zoomFactor } from "../../shared/wheel";
import type { Model } from "../model";
import { allowedWidth, nextWidth, WORD_WIDTH_LIMITS } from "../time/layout";
import { containsRange } from "../time/ranges";
import type { ViewState } from "../view_state";

/** Go to the next width in a direction, around the selection if it is in sight, else around the middle. */
export function zoomBy(direction: 1 | -1, model: Model, view: ViewState): void {
  view.zoom(nextWidth(model.word_width.peek(), direction, view.leastWidth.peek()), restingPoint(model, view));
}

/** A function that brings all steps into view or, if they are, goes back to what was in view before. */
export function createWholeToggle(model: Model, view: ViewState) {
  let before: { width: number; position: number } | null = null;
  return () => {
    const whole = view.wholeWidth.peek();
    if (model.word_width.peek() !== whole) {
      before = { width: model.word_width.peek(), position: view.first.peek() };
      view.zoom(whole, 0);
      return;
    }
    if (before) {
      view.zoom(before.width, 0);
      view.moveTo(before.position);
    } else view.zoom(30, restingPoint(model, view));
  };
}

/** The point that zooming without the pointer keeps in place, in pixels from the first step in sight. */
export function restingPoint(model: Model, view: ViewState): number {
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
        scale(zoomFactor(event), placeIn(target, event)[0]);
      },
      { passive: false },
    ),
    // Time runs sideways: heights of the fingers do not matter.
    onPinch(target, {
      place: (event) => [placeIn(target, event)[0], 0],
      zoom: (factor, [x]) => scale(factor, x),
    }),
  );
}

/** Wheels and fingers zoom by small factors. This keeps what rounding to whole pixels would lose. */
export function freeWidth(model: Model) {
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
