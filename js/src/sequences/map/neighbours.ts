import { effect } from "@preact/signals-core";
import { all } from "../../shared/dom";
import type { Model } from "../model";
import type { ViewState } from "../view_state";

/** Milliseconds that the pointer rests on a step before its true neighbours are asked for. */
const REST_MS = 80;

/** Ask for the true neighbours of the step under the pointer, in whichever part of the page that is. */
export function askForNeighbours(model: Model, view: ViewState): () => void {
  let timer = 0;
  return all(
    effect(() => {
      const step = view.hoveredStep.value;
      clearTimeout(timer);
      if (step === null) {
        if (model._near.peek() !== null) model.set("_near", null);
      } else timer = setTimeout(() => model.set("_near", step), REST_MS);
    }),
    () => clearTimeout(timer),
  );
}
