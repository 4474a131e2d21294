import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals-core";
import { type Colors, NO_COLORS } from "../shared/theme";
import type { Model } from "./model";

/** The state of one view of the page that is not synced: its size, the pointer, and what follows from these. */
export interface ViewState {
  /** Width of the page in pixels; below `COLUMNS_FROM` the three columns stand below each other. */
  readonly width: Signal<number>;
  readonly pixelRatio: Signal<number>;
  readonly colors: Signal<Colors>;
  /** The step that the pointer or the keys are on, in any part of the page. */
  readonly hoveredStep: Signal<number | null>;
  /** The sequence that the pointer is on in the table. */
  readonly hoveredSequence: Signal<number | null>;
  /** Place of the class that the pointer is on. */
  readonly hoveredClass: Signal<number | null>;
  /** A message from the page itself. */
  readonly message: Signal<string>;
  /** 1 for each sequence that passes the filters, else 0. */
  readonly passes: ReadonlySignal<Uint8Array>;
  /** Whether a class's place has a name, and which. */
  readonly className: ReadonlySignal<(place: number) => string>;
  /** How often the points were drawn. */
  readonly pointRedraws: Signal<number>;
  say(message: string): void;
  dispose(): void;
}

/** From this width of the page on, in pixels, there are three columns. */
export const COLUMNS_FROM = 900;

const MESSAGE_MS = 6000;

export function createViewState(model: Model): ViewState {
  const message = signal("");
  let forget = 0;
  return {
    width: signal(0),
    pixelRatio: signal(1),
    colors: signal(NO_COLORS),
    hoveredStep: signal(null),
    hoveredSequence: signal(null),
    hoveredClass: signal(null),
    message,
    passes: computed(() => {
      const passes = new Uint8Array(model._sequences.value?.count ?? 0);
      for (const number of model._order.value) passes[number] = 1;
      return passes;
    }),
    className: computed(() => {
      const output = model._output.value;
      const names = [...(output?.labels ?? []), ...(output?.unexpected ?? [])];
      return (place: number) => names[place] ?? "";
    }),
    pointRedraws: signal(0),
    say(text) {
      message.value = text;
      clearTimeout(forget);
      forget = setTimeout(() => {
        message.value = "";
      }, MESSAGE_MS);
    },
    dispose: () => clearTimeout(forget),
  };
}
