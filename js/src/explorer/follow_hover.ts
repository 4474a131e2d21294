import { effect } from "@preact/signals-core";
import { all } from "../shared/dom";
import type { Model } from "./model";
import type { Own } from "./view_state";

/** Milliseconds between two steps that are sent while the pointer moves. */
const INTERVAL = 60;

/** Where explorers are linked, the step under the pointer in one is marked in all of them. */
export function followHover(model: Model, own: Own): () => void {
  let timer = 0;
  const send = () => {
    timer = 0;
    model.set("_hovered_step", own.hoveredStep.peek());
  };
  return all(
    effect(() => {
      own.hoveredStep.value;
      if (model._links.value > 0) timer ||= setTimeout(send, INTERVAL);
    }),
    effect(() => {
      const step = model._hovered_step.value;
      const [first, end] = own.visible.peek();
      if (timer === 0 && model._links.peek() > 0) {
        own.hoveredStep.value = step !== null && step >= first && step < end ? step : null;
      }
    }),
    () => clearTimeout(timer),
  );
}
