import { linkHover } from "../shared/hover_link";
import type { Model } from "./model";
import type { ViewState } from "./view_state";

/** Mark the step under the pointer in all linked widgets. */
export function followHover(model: Model, view: ViewState): () => void {
  return linkHover({
    hovered: view.hoveredStep,
    shared: model._hovered_step,
    links: model._links,
    send: (step) => model.set("_hovered_step", step),
    shows(step) {
      const [first, end] = view.visible.peek();
      return step >= first && step < end;
    },
  });
}
