import { effect } from "@preact/signals-core";
import { all } from "../shared/dom";
import type { Model } from "./model";
import type { ViewState } from "./view_state";

/** Milliseconds between two updates while the pointer moves. */
const INTERVAL = 60;

/** Mark the step under the pointer in all linked explorers. */
export function followHover(model: Model, view: ViewState): () => void {
  let timer = 0;
  const send = () => {
    timer = 0;
    model.set("_hovered_step", view.hoveredStep.peek());
  };
  return all(
    effect(() => {
      view.hoveredStep.value;
      if (model._links.value > 0) timer ||= setTimeout(send, INTERVAL);
    }),
    effect(() => {
      const step = model._hovered_step.value;
      const [first, end] = view.visible.peek();
      if (timer === 0 && model._links.peek() > 0) {
        view.hoveredStep.value = step !== null && step >= first && step < end ? step : null;
      }
    }),
    () => clearTimeout(timer),
  );
}
