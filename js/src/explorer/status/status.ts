import { all, create, listen, setAttribute, setText } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
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
    mountProgress(host, model),
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

/**
 * A progress bar, and a button to cancel. Without a computation they are invisible and keep their place. At 0 it isn't
 * known how long the work takes: then the bar moves to and fro, without a number.
 */
function mountProgress(host: HTMLElement, model: Model): () => void {
  const bar = create("div", "lv-progress-bar");
  const track = create("div", "lv-progress-track", { role: "progressbar" }, bar);
  const activity = create("span", "lv-activity");
  const percent = create("span", "lv-percent");
  const cancel = create("button", "lv-cancel", { "data-part": "cancel", type: "button" }, "cancel");
  const text = create("div", "lv-progress-text", { "data-part": "activity" }, activity, percent);
  const progress = create("div", "lv-progress", { "data-part": "progress" }, track, text, cancel);
  host.append(progress);
  // So that the footer can take the focus when the button goes away.
  host.tabIndex = -1;
  return all(
    drawOnFrame(() => {
      const value = model.running.value;
      if (value === null && cancel.matches(":focus")) host.focus({ preventScroll: true });
      progress.classList.toggle("lv-busy", value !== null);
      if (value === null) return;
      const known = value > 0;
      const whole = Math.round(value * 100);
      const name = model._activity.value;
      track.classList.toggle("lv-unknown", !known);
      bar.style.transform = known ? `scaleX(${value})` : "";
      setText(activity, name);
      setText(percent, known ? `${name ? ", " : ""}${whole} %` : "…");
      text.title = name;
      setAttribute(track, "aria-label", name || "progress");
      setAttribute(track, "aria-valuenow", known ? String(whole) : null);
    }),
    listen(cancel, "click", () => model.cancel()),
  );
}
