import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals-core";
import { type Box, type Projection, projection } from "../shared/box";
import { LABEL_COLORS } from "../shared/label_colors";
import type { Place } from "../shared/place";
import { type Colors, NO_COLORS } from "../shared/theme";
import type { Model } from "./model";

/** The state of one view of the scatter that is not synced. */
export interface ViewState {
  width: Signal<number>;
  height: Signal<number>;
  pixelRatio: Signal<number>;
  colors: Signal<Colors>;
  pointColors: Signal<readonly string[]>;
  /** The point under the pointer. */
  hovered: Signal<number | null>;
  /** The point that the keys are at. It is marked while `keyed` is true. */
  cursor: Signal<number | null>;
  keyed: Signal<boolean>;
  /** Corners of the lasso in pixels while it is drawn. */
  lasso: Signal<readonly Place[] | null>;
  baseRedraws: Signal<number>;
  box: ReadonlySignal<Box>;
  projection: ReadonlySignal<Projection>;
  /** Whether a point is shown: its label may be hidden. */
  shown: ReadonlySignal<(point: number) => boolean>;
}

export function createViewState(model: Model): ViewState {
  const width = signal(0);
  const height = signal(0);
  const box = computed(() => model.view.value ?? model._points.value.extent);
  return {
    width,
    height,
    pixelRatio: signal(1),
    colors: signal(NO_COLORS),
    pointColors: signal([]),
    hovered: signal(null),
    cursor: signal(null),
    keyed: signal(false),
    lasso: signal(null),
    baseRedraws: signal(0),
    box,
    projection: computed(() => projection(box.value, width.value, height.value)),
    shown: computed(() => {
      const { codes, labels } = model._points.value;
      const hidden = labels.map((label) => model.hidden_labels.value.includes(label));
      return (point: number) => !hidden[codes[point] as number];
    }),
  };
}

/** The colours of points by the rank of their label. The last colour is for all further labels. */
export function readPointColors(root: HTMLElement): string[] {
  const style = getComputedStyle(root);
  const names = [...Array.from({ length: LABEL_COLORS }, (_, code) => String(code)), "rest"];
  return names.map((name) => style.getPropertyValue(`--lv-point-${name}`).trim());
}

/** The rank of a label's colour. */
export function colorRank(code: number): number {
  return Math.min(code, LABEL_COLORS);
}
