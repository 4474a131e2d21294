import { all, create, setAttribute, setText } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import { mountProgress } from "../../shared/progress";
import type { Model } from "../model";
import type { ViewState } from "../view_state";
import { mountBackToSelection } from "./back_to_selection";
import { describePointer } from "./readout";

/** A description of what the pointer is on, errors in its place, and on the right the progress of computations. */
export function mountStatus(host: HTMLElement, model: Model, view: ViewState): () => void {
  const error = create("div", "lv-error", { "data-part": "error", role: "alert" });
  const readout = create("div", "lv-readout", { "data-part": "readout" });
  host.append(error, readout);
  return all(
    mountBackToSelection(host, model, view),
    mountProgress(host, { running: model.running, activity: model._activity, cancel: () => model.cancel() }),
    drawOnFrame(() => {
      const text = [model.error.value, view.message.value].filter((part) => part !== "").join(" ");
      setText(error, text);
      error.hidden = text === "";
    }),
    drawOnFrame(() => {
      const text = describePointer(model, view);
      setText(readout, text);
      // What doesn't fit on the line can be read by pointing at it.
      setAttribute(readout, "title", text || null);
      readout.classList.toggle("lv-pointed", text !== "");
    }),
    () => host.replaceChildren(),
  );
}
