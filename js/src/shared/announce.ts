import { effect, type ReadonlySignal } from "@preact/signals-core";
import { all, create } from "./dom";

interface Spoken {
  /** The results in words. */
  describe: () => string;
  /** Progress of the computation under way; null if none is. */
  running: ReadonlySignal<number | null>;
  /** Milliseconds without a change before results are spoken, so that a drag is spoken once, at its end. */
  quiet: () => number;
}

/** Let screen readers speak results when they have changed. */
export function announce(root: HTMLElement, { describe, running, quiet }: Spoken): () => void {
  const region = create("div", "lv-unseen", { "data-part": "announcement", role: "status" });
  root.append(region);
  let timer = 0;
  let said = describe();
  const speak = () => {
    if (running.peek() !== null || root.matches(":active")) {
      timer = setTimeout(speak, AGAIN);
      return;
    }
    const text = describe();
    if (text !== said) region.textContent = text;
    said = text;
  };
  return all(
    effect(() => {
      describe();
      clearTimeout(timer);
      timer = setTimeout(speak, quiet());
    }),
    () => clearTimeout(timer),
    () => region.remove(),
  );
}

/** Milliseconds until it is tried again while something is computed or a button is down. */
const AGAIN = 700;
