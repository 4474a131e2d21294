import type { ReadonlySignal } from "@preact/signals-core";
import { all, create, listen, setAttribute, setText } from "./dom";
import { drawOnFrame } from "./frame";

interface Work {
  /** Progress of the computation under way; null if none is. */
  running: ReadonlySignal<number | null>;
  /** What is computed. */
  activity: ReadonlySignal<string>;
  cancel: () => void;
}

/**
 * A progress bar, and a button to cancel. Without a computation they are invisible and keep their place. At 0 it isn't
 * known how long the work takes: then the bar moves to and fro, without a number.
 */
export function mountProgress(
  host: HTMLElement,
  { running, activity: named, cancel: stop }: Work,
): () => void {
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
      const value = running.value;
      if (value === null && cancel.matches(":focus")) host.focus({ preventScroll: true });
      progress.classList.toggle("lv-busy", value !== null);
      if (value === null) return;
      const known = value > 0;
      const whole = Math.round(value * 100);
      const name = named.value;
      track.classList.toggle("lv-unknown", !known);
      bar.style.transform = known ? `scaleX(${value})` : "";
      setText(activity, name);
      setText(percent, known ? `${name ? ", " : ""}${whole} %` : "…");
      text.title = name;
      setAttribute(track, "aria-label", name || "progress");
      setAttribute(track, "aria-valuenow", known ? String(whole) : null);
    }),
    listen(cancel, "click", stop),
  );
}
