import { effect } from "@preact/signals-core";
import { all } from "../../shared/dom";
import type { Model } from "../model";
import type { ViewState } from "../view_state";
import type { MapState } from "./map_state";

/** Milliseconds that the pointer rests on a step before its true neighbours are asked for. */
const REST_MS = 80;

/** Ask for the true neighbours of the step under the pointer. */
export function askForNeighbours(model: Model, view: ViewState, state: MapState): () => void {
  let timer = 0;
  return all(
    effect(() => {
      const step = state.pointing.value === null ? null : view.hoveredStep.value;
      clearTimeout(timer);
      if (step === null) {
        if (model._near.peek() !== null) model.set("_near", null);
      } else timer = setTimeout(() => model.set("_near", step), REST_MS);
    }),
    () => clearTimeout(timer),
  );
}
