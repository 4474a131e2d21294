import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals-core";
import { type Box, between, boxAround, inShape, type Projection, projection } from "../../shared/box";
import { all } from "../../shared/dom";
import { drawLater } from "../../shared/frame";
import { buildGrid, type Grid } from "../../shared/grid";
import { firstAtLeast } from "../../shared/lists";
import { clamp } from "../../shared/numbers";
import type { Place } from "../../shared/place";
import type { WebGl } from "../../shared/points/draw_points";
import type { Model } from "../model";
import type { MapPoints } from "./points";
import { decodeSteps } from "./steps_text";

/** The state of the map that is not synced. */
export interface MapState {
  /** Size of the plot in pixels, and how many device pixels each has. */
  readonly width: Signal<number>;
  readonly height: Signal<number>;
  readonly pixelRatio: Signal<number>;
  /** A box around all points. */
  readonly extent: ReadonlySignal<Box>;
  /** The part of the map that is seen; a unit is as long sideways as upwards. */
  readonly box: ReadonlySignal<Box>;
  readonly projection: ReadonlySignal<Projection>;
  /** null until it is built. */
  readonly grid: ReadonlySignal<Grid | null>;
  /** Whether a point can be seen, whatever is in view. */
  readonly isShown: ReadonlySignal<(point: number) => boolean>;
  readonly selectedSteps: ReadonlySignal<Int32Array>;
  /** How far the points have moved to where they are now, 0…1, as a method that moves them sends new places. */
  readonly moved: ReadonlySignal<number>;
  /** Corners of the lasso in pixels while it is drawn. */
  readonly lasso: Signal<readonly Place[] | null>;
  /** The lasso of the selected steps, in units of the map. */
  readonly outline: Signal<{ readonly steps: string; readonly corners: readonly Place[] } | null>;
  /** Whether a drag is a lasso without the Shift key, too. */
  readonly lassoing: Signal<boolean>;
  /** The code that the legend keeps lit. */
  readonly keptCode: Signal<number | null>;
  /** The code of a label that the pointer is on in the legend; that of a class is in `hoveredClass`. */
  readonly litLabel: Signal<number | null>;
  /** Whether the step under `hoveredStep` is one that the pointer or the keys are at on this map. */
  readonly pointing: Signal<"pointer" | "keys" | null>;
  /** Whether points can be drawn: without WebGL they can't, nor while the browser has taken it away. */
  readonly webgl: Signal<WebGl>;
  dispose(): void;
}

/** Milliseconds that points take to their new places, and the map to its new size. */
const MOVING_MS = 90;
const REFITTING_MS = 260;
/** More points than this jump to their new places. */
const MOST_MOVING = 200_000;

export function createMapState(model: Model): MapState {
  const width = signal(0);
  const height = signal(0);
  const whole = computed(() => boxAround(model._points.value?.coordinates ?? new Float32Array(0)));
  const fitted = eased(whole);
  const box = computed(() =>
    inShape(model.view.value ?? fitted.value.value, width.value || 1, height.value || 1),
  );
  const grid = signal<Grid | null>(null);
  const moving = followMoves(model);
  const coloring = computed(() => model._point_colors.value?.by);
  const outline: MapState["outline"] = signal(null);
  const state: MapState = {
    width,
    height,
    pixelRatio: signal(1),
    extent: whole,
    box,
    projection: computed(() => projection(box.value, width.value || 1, height.value || 1)),
    grid,
    isShown: computed(() => shownPoints(model)),
    selectedSteps: computed(() => decodeSteps(model.selected_steps.value)),
    moved: moving.value,
    lasso: signal(null),
    outline,
    lassoing: signal(false),
    keptCode: signal(null),
    litLabel: signal(null),
    pointing: signal(null),
    webgl: signal<WebGl>("there"),
    dispose: () => dispose(),
  };
  const dispose = all(
    fitted.dispose,
    moving.dispose,
    drawLater(() => {
      const points = model._points.value;
      grid.value = null;
      if (!points) return undefined;
      return (function* () {
        grid.value = yield* buildGrid(points.coordinates);
      })();
    }),
    // Another selection, or other places, make the lasso that was drawn meaningless.
    effect(() => {
      if (outline.peek()?.steps !== model.selected_steps.value) outline.value = null;
    }),
    effect(() => {
      // Codes of other colours are others.
      coloring.value;
      state.keptCode.value = null;
      state.litLabel.value = null;
    }),
    effect(() => {
      model.method.value;
      model.layer.value;
      outline.value = null;
    }),
  );
  return state;
}

/** The number of the point of a step; −1 if the step isn't on the map. */
export function pointOf(points: MapPoints, step: number): number {
  if (!points.steps) return step >= 0 && step < points.count ? step : -1;
  const at = firstAtLeast(points.steps, step);
  return points.steps[at] === step ? at : -1;
}

export function stepOf(points: MapPoints, point: number): number {
  return points.steps ? (points.steps[point] as number) : point;
}

/** Where a step is on the map; null if it is nowhere. */
export function placeOf(points: MapPoints | null, step: number): Place | null {
  const point = points ? pointOf(points, step) : -1;
  if (!points || point < 0) return null;
  const [x, y] = [points.coordinates[2 * point] as number, points.coordinates[2 * point + 1] as number];
  return Number.isFinite(x + y) ? [x, y] : null;
}

function shownPoints(model: Model): (point: number) => boolean {
  const [which, table, points] = [model.shown_points.value, model._sequences.value, model._points.value];
  if (which === "all" || !table || !points) return () => true;
  const ends = which === "first" ? table.bounds : table.bounds.map((bound) => bound - 1);
  return (point) => {
    const step = stepOf(points, point);
    return ends[firstAtLeast(ends, step)] === step;
  };
}

const isStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Call `show` in each frame with the share of the time that has passed, 0…1. Returns a function that stops it. */
function animate(milliseconds: number, show: (share: number) => void): () => void {
  const begun = performance.now();
  let frame = requestAnimationFrame(function next(now) {
    const share = clamp((now - begun) / milliseconds, 0, 1);
    if (share < 1) frame = requestAnimationFrame(next);
    // Fast at first, and slower towards the end.
    show(1 - (1 - share) ** 2);
  });
  return () => cancelAnimationFrame(frame);
}

/** A box that follows another one without leaps. */
function eased(target: ReadonlySignal<Box>): { value: Signal<Box>; dispose: () => void } {
  const value = signal(target.peek());
  const nowhere = boxAround(new Float32Array(0)).join();
  let cancel = () => {};
  const stop = effect(() => {
    const to = target.value;
    cancel();
    const from = value.peek();
    // The first points come from nowhere.
    if (from.join() === to.join()) return;
    if (from.join() === nowhere || isStill()) value.value = to;
    else {
      cancel = animate(REFITTING_MS, (share) => {
        value.value = between(from, to, share);
      });
    }
  });
  return {
    value,
    dispose() {
      stop();
      cancel();
    },
  };
}

/** From 0 to 1 each time that the same steps come with new places. */
function followMoves(model: Model): { value: Signal<number>; dispose: () => void } {
  const value = signal(1);
  let before: MapPoints | null = null;
  let cancel = () => {};
  const stop = effect(() => {
    const points = model._points.value;
    cancel();
    value.value = 1;
    if (areMoved(before, points) && !isStill()) {
      value.value = 0;
      cancel = animate(MOVING_MS, (share) => {
        value.value = share;
      });
    }
    before = points;
  });
  return {
    value,
    dispose() {
      stop();
      cancel();
    },
  };
}

/** Whether points are the same steps at other places, and not too many to be moved there. */
export function areMoved(before: MapPoints | null, points: MapPoints | null): boolean {
  if (!before || !points || before === points || before.count !== points.count) return false;
  if (points.count > MOST_MOVING || (before.steps === null) !== (points.steps === null)) return false;
  return points.steps?.every((step, i) => step === before.steps?.[i]) ?? true;
}
