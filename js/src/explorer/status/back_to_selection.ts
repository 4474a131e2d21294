import { all, create, listen } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import type { Model } from "../model";
import { positionShowing } from "../time/layout";
import type { ViewState } from "../view_state";

/** A button, while the selection is out of sight or a match is shown, that brings the selection into sight. */
export function mountBackToSelection(host: HTMLElement, model: Model, view: ViewState): () => void {
  const back = create("button", "lv-button lv-back", { "data-part": "back-to-selection", type: "button" });
  back.textContent = "← back to selection";
  host.append(back);
  return all(
    drawOnFrame(() => {
      back.hidden = model.selection.value === null || (view.selectionInSight.value && !view.shownMatch.value);
    }),
    listen(back, "click", () => {
      const selection = model.selection.peek();
      view.shownMatch.value = null;
      if (selection) view.moveTo(positionShowing(selection, model._steps.peek(), view.visibleSteps.peek()));
    }),
    () => back.remove(),
  );
}
