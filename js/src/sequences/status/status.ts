import { all, create, setAttribute, setText } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import { mountProgress } from "../../shared/progress";
import type { SequenceList } from "../all/table_list";
import type { Model } from "../model";
import type { ViewState } from "../view_state";
import { describePointer } from "./readout";

/** What the pointer is on, errors and notes, and on the right the progress of computations. */
export function mountStatus(
  host: HTMLElement,
  list: SequenceList,
  model: Model,
  view: ViewState,
): () => void {
  const error = create("div", "lv-error", { "data-part": "error", role: "alert" });
  const note = create("div", "lvs-note", { "data-part": "note", role: "note" });
  const readout = create("div", "lv-readout", { "data-part": "readout" });
  host.append(error, note, readout);
  return all(
    mountProgress(host, {
      ...{ running: model.running, activity: model._activity, cancel: () => model.cancel() },
    }),
    drawOnFrame(() => {
      const text = [model.error.value, view.message.value].filter((part) => part !== "").join(" ");
      setText(error, text);
      error.hidden = text === "";
    }),
    drawOnFrame(() => {
      setText(note, model._note.value);
      note.hidden = model._note.value === "";
    }),
    drawOnFrame(() => {
      const text = describePointer(list, model, view);
      setText(readout, text);
      // What doesn't fit on the line can be read by pointing at it.
      setAttribute(readout, "title", text || null);
      readout.classList.toggle("lv-pointed", text !== "");
    }),
    () => host.replaceChildren(),
  );
}
