import { all, listen } from "../../shared/dom";
import { placeIn } from "../../shared/place";
import type { Model } from "../model";
import { stepInSight } from "../time/layout";
import type { ViewState } from "../view_state";

/** Let the step under the pointer be the hovered one. `target` begins at the first visible step. */
export function hoverSteps(target: HTMLElement, model: Model, view: ViewState): () => void {
  return all(
    listen(target, "pointermove", (event) => {
      const [x] = placeIn(target, event);
      view.hoveredStep.value = stepInSight(x, view.visible.peek(), model.word_width.peek());
    }),
    listen(target, "pointerleave", () => {
      view.hoveredStep.value = null;
    }),
  );
}
