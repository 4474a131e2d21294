import { effect, type ReadonlySignal, type Signal } from "@preact/signals-core";
import { all } from "./dom";

/** Milliseconds between two updates while the pointer moves. */
const INTERVAL = 60;

/** The step that is marked in all linked widgets. */
interface Shared {
  /** How many widgets are linked. */
  links: ReadonlySignal<number>;
  step: ReadonlySignal<number | null>;
  set: (step: number | null) => void;
  /** Whether a step that another widget marks can be marked here, too. */
  isInSight: (step: number) => boolean;
}

/** Mark the step under the pointer in all linked widgets. */
export function followHover(hovered: Signal<number | null>, shared: Shared): () => void {
  let timer = 0;
  const send = () => {
    timer = 0;
    shared.set(hovered.peek());
  };
  return all(
    effect(() => {
      hovered.value;
      if (shared.links.value > 0) timer ||= setTimeout(send, INTERVAL);
    }),
    effect(() => {
      const step = shared.step.value;
      if (timer !== 0 || shared.links.peek() === 0) return;
      hovered.value = step !== null && shared.isInSight(step) ? step : null;
    }),
    () => clearTimeout(timer),
  );
}
