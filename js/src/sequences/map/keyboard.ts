import { all, listen } from "../../shared/dom";
import { hasModifier } from "../../shared/keys";
import type { Model } from "../model";
import { togglePinned } from "../pinning";
import type { ViewState } from "../view_state";
import { bringIntoView, goTo, letGo, sequenceBeside, sequenceOf, stepBeside } from "./going";
import { type MapState, placeOf } from "./map_state";
import { leave, zoomAt } from "./pointer";

export const ZOOM = 1.25;

/** Keys on the map go along the current sequence and to others, pin, zoom, and let go. */
export function followKeys(plot: HTMLElement, model: Model, view: ViewState, state: MapState): () => void {
  return all(
    listen(plot, "keydown", (event) => {
      if (event.target !== plot || hasModifier(event) || event.defaultPrevented) return;
      if (!press(event.key, model, view, state)) return;
      event.preventDefault();
      event.stopPropagation();
    }),
    listen(plot, "keyup", () => model.settle()),
    listen(plot, "blur", () => {
      if (state.pointing.peek() === "keys") leave(view, state);
    }),
  );
}

/** Act on a key. Returns whether it means something here. */
export function press(key: string, model: Model, view: ViewState, state: MapState): boolean {
  const at = view.hoveredStep.peek() ?? model.position.peek();
  if (key === "ArrowRight" || key === "ArrowLeft") {
    // The first press only shows where the keys are.
    const isShown = state.pointing.peek() !== null;
    put(isShown ? stepBeside(at, key === "ArrowRight" ? 1 : -1, model) : at, model, view, state);
  } else if (key === "Home" || key === "End") put(endOf(at, key, model), model, view, state);
  else if (key === "ArrowUp" || key === "ArrowDown")
    goToSequence(key === "ArrowDown" ? 1 : -1, model, view, state);
  else if (key === "Enter" || key === " ") goTo(at, model);
  else if (key === "p" || key === "P") togglePinned(sequenceOf(at, model) ?? 0, model, view);
  else if (key === "Escape") return letGo(model);
  else if (key === "+" || key === "=") zoomOnStep(ZOOM, model, view, state);
  else if (key === "-" || key === "−") zoomOnStep(1 / ZOOM, model, view, state);
  else if (key === "0") model.set("view", null);
  else return false;
  return true;
}

function put(step: number, model: Model, view: ViewState, state: MapState): void {
  state.pointing.value = "keys";
  view.hoveredStep.value = step;
  bringIntoView(step, model, state);
}

/** The first or the last step of the sequence of `step`. */
function endOf(step: number, key: "Home" | "End", model: Model): number {
  const table = model._sequences.peek();
  const sequence = sequenceOf(step, model);
  if (!table || sequence === null) return step;
  return key === "Home" ? (table.bounds[sequence] as number) : (table.bounds[sequence + 1] as number) - 1;
}

function goToSequence(by: 1 | -1, model: Model, view: ViewState, state: MapState): void {
  const to = sequenceBeside(model._order.peek(), model.sequence.peek(), by);
  const start = to === null ? undefined : model._sequences.peek()?.bounds[to];
  if (to === null || start === undefined) return;
  model.set("sequence", to);
  put(start, model, view, state);
}

/** Zoom around the step that the keys or the pointer are at, else around the middle. */
export function zoomOnStep(factor: number, model: Model, view: ViewState, state: MapState): void {
  const step = state.pointing.peek() === null ? null : view.hoveredStep.peek();
  const place = step === null ? null : placeOf(model._points.peek(), step);
  const { toX, toY } = state.projection.peek();
  const middle = [state.width.peek() / 2, state.height.peek() / 2] as const;
  zoomAt(place ? [toX(place[0]), toY(place[1])] : middle, factor, model, state);
}
