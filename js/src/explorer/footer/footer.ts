import { all, create, listen, setAttribute, setText } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import type { Model } from "../model";
import type { ViewState } from "../view_state";
import { describePointer } from "./readout";

/** What is being computed and errors, and on the right what the pointer is on. */
export function mountFooter(host: HTMLElement, model: Model, view: ViewState): () => void {
  const error = create("div", "lv-error", { "data-part": "error", role: "alert" });
  const readout = create("div", "lv-readout", { "data-part": "readout" });
  const progress = mountProgress(host, model);
  host.append(error, readout);
  return all(
    progress,
    drawOnFrame(() => {
      const text = [model.error.value, view.message.value].filter((part) => part !== "").join(" ");
      setText(error, text);
      error.hidden = text === "";
    }),
    drawOnFrame(() => setText(readout, describePointer(model, view))),
    () => host.replaceChildren(),
  );
}

/** How far the computation is, and a button to give it up. Idle it is invisible and keeps its place. */
function mountProgress(host: HTMLElement, model: Model): () => void {
  const bar = create("div", "lv-progress-bar");
  const track = create("div", "lv-progress-track", { role: "progressbar" }, bar);
  const activity = create("span", "lv-activity");
  const percent = create("span", "lv-percent");
  const cancel = create("button", "lv-cancel", { "data-part": "cancel", type: "button" }, "cancel");
  const text = create("div", "lv-progress-text", { "data-part": "activity" }, activity, percent);
  const progress = create("div", "lv-progress", { "data-part": "progress" }, track, text, cancel);
  host.append(progress);
  // Takes the focus over from the button when that goes away.
  host.tabIndex = -1;
  return all(
    drawOnFrame(() => {
      const value = model.running.value;
      if (value === null && cancel.matches(":focus")) host.focus({ preventScroll: true });
      progress.classList.toggle("lv-busy", value !== null);
      if (value === null) return;
      const whole = Math.round(value * 100);
      const name = model._activity.value;
      bar.style.transform = `scaleX(${value})`;
      setText(activity, name);
      setText(percent, name ? `, ${whole} %` : `${whole} %`);
      text.title = name;
      setAttribute(track, "aria-label", name || "progress");
      setAttribute(track, "aria-valuenow", String(whole));
    }),
    listen(cancel, "click", () => model.cancel()),
  );
}
