import { effect, type ReadonlySignal, type Signal } from "@preact/signals-core";
import { all } from "./dom";

/** Milliseconds between two updates while the pointer moves. */
const INTERVAL = 60;

interface HoverLink {
  /** The step under the pointer in this page. */
  hovered: Signal<number | null>;
  /** The one that travels. */
  shared: ReadonlySignal<number | null>;
  links: ReadonlySignal<number>;
  send(step: number | null): void;
  /** Whether this page can show a step. */
  shows(step: number): boolean;
}

/** Mark the step under the pointer in all linked widgets. */
export function linkHover({ hovered, shared, links, send, shows }: HoverLink): () => void {
  let timer = 0;
  const act = () => {
    timer = 0;
    send(hovered.peek());
  };
  return all(
    effect(() => {
      hovered.value;
      if (links.value > 0) timer ||= setTimeout(act, INTERVAL);
    }),
    effect(() => {
      const step = shared.value;
      if (timer === 0 && links.peek() > 0) hovered.value = step !== null && shows(step) ? step : null;
    }),
    () => clearTimeout(timer),
  );
}
