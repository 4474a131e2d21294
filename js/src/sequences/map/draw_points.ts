import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals-core";
import { colorBytes } from "../../shared/canvas";
import { all, create, listen } from "../../shared/dom";
import { drawLater, drawOnFrame } from "../../shared/frame";
import { clamp } from "../../shared/numbers";
import type { Colors } from "../../shared/theme";
import type { Model } from "../model";
import type { ViewState } from "../view_state";
import { type Looked, lookAt } from "./looks";
import { areMoved, type MapState } from "./map_state";
import { createPace } from "./pace";
import type { MapPoints } from "./points";
import { type DrawingOrder, drawingOrder } from "./sample";
import {
  COLORS,
  createPointPainter,
  NOTHING_LIT,
  type PointPainter,
  RAMP_COLOR,
  REST_COLOR,
  type Scene,
} from "./webgl";

/** Points that are placed in a step. */
const POINTS_A_STEP = 25_000;
/** Where points are put that are nowhere: WebGL needn't know of NaN. */
const FAR_AWAY = 1e30;

/**
 * Draw the points. While they move or the view does, each frame draws as many as it has time for, always the same ones
 * first; at rest the others follow, until all are there.
 */
export function drawPoints(plot: HTMLElement, model: Model, view: ViewState, state: MapState): () => void {
  const canvas = keepCanvas(plot, state);
  const frames = signal(0);
  const placed = signal<MapPoints | null>(null);
  const scene = computed(() => sceneOf(placed, model, view, state));
  let asked = 0;
  const picture = createPicture(
    canvas.painter,
    () => {
      // A drawing can't ask for itself while it runs.
      asked ||= setTimeout(() => {
        asked = 0;
        frames.value++;
      });
    },
    () => {
      view.pointRedraws.value = view.pointRedraws.peek() + 1;
    },
  );
  return all(
    fillBuffers(canvas.painter, picture, placed, model, view, state),
    drawOnFrame(() => {
      frames.value;
      if (scene.value && state.webgl.value === "there") picture.draw(scene.value);
      else picture.forget();
    }),
    () => {
      clearTimeout(asked);
      canvas.dispose();
    },
  );
}

/**
 * The canvas of the points. A browser takes contexts away, from the page that was used last first, where there are too
 * many, and when the graphics card is reset. It may give one back; else a new canvas is made once the map is used again,
 * and not before: maps would take contexts away from each other without end.
 */
function keepCanvas(
  plot: HTMLElement,
  state: MapState,
): { painter: () => PointPainter | null; dispose: () => void } {
  let painter: PointPainter | null = null;
  let remove = () => {};
  const begin = () => {
    remove();
    const canvas = create("canvas", "lvs-points", { "aria-hidden": "true" });
    plot.prepend(canvas);
    const prepare = () => {
      painter = createPointPainter(canvas);
      state.webgl.value = painter ? "there" : "missing";
    };
    prepare();
    remove = all(
      listen(canvas, "webglcontextlost" as "input", (event) => {
        // Else the browser never gives it back.
        event.preventDefault();
        painter = null;
        state.webgl.value = "lost";
      }),
      listen(canvas, "webglcontextrestored" as "input", prepare),
      () => {
        painter?.dispose();
        painter = null;
        canvas.remove();
      },
    );
  };
  begin();
  const again = () => {
    if (state.webgl.peek() === "lost") begin();
  };
  return {
    painter: () => painter,
    dispose: all(listen(plot, "pointerdown", again), listen(plot, "focus", again), () => remove()),
  };
}

interface Picture {
  /** Draw the next points of this scene, in a frame. */
  draw(scene: Scene): void;
  /** The first `count` points are ready to be drawn; `anew`: they look otherwise than before. */
  ready(count: number, anew: boolean): void;
  /** The canvas is empty again. */
  forget(): void;
}

/** Draws a scene over several frames, each as many points as the pace allows. `more` asks for another frame. */
function createPicture(painter: () => PointPainter | null, more: () => void, drawn: () => void): Picture {
  const pace = createPace();
  let shown: Scene | null = null;
  let done = 0;
  let isReady = 0;
  let last = { at: 0, count: 0 };
  return {
    draw(scene) {
      const to = painter();
      if (!to) return;
      const now = performance.now();
      if (last.count > 0) pace.report(last.count, now - last.at);
      last = { at: now, count: 0 };
      if (scene !== shown) done = 0;
      const count = Math.min(pace.count, isReady - done);
      if (scene === shown && count <= 0) return;
      shown = scene;
      to.draw(scene, done, count);
      done += count;
      last.count = count;
      drawn();
      // Also after the last points: when that frame begins tells how long these took.
      more();
    },
    ready(count, isAnew) {
      isReady = count;
      if (isAnew) shown = null;
      more();
    },
    forget() {
      shown = null;
      last.count = 0;
    },
  };
}

/** Hand the places and the looks of points to the painter, in steps. */
function fillBuffers(
  painter: () => PointPainter | null,
  picture: Picture,
  placed: Signal<MapPoints | null>,
  model: Model,
  view: ViewState,
  state: MapState,
): () => void {
  let filled: { painter: PointPainter; points: MapPoints; order: DrawingOrder } | null = null;
  return drawLater(() => {
    const points = model._points.value;
    const looked = points && lookedAt(points, model, view, state);
    const to = state.webgl.value === "there" ? painter() : null;
    if (!points || !looked || !to) return undefined;
    const before = filled?.painter === to ? filled : null;
    const order = before?.order.count === points.count ? before.order : drawingOrder(points.count);
    const isMoved = areMoved(before?.points ?? null, points);
    const isPlaced = before?.points === points;
    return (function* (): Generator<void> {
      if (!isPlaced) {
        filled = null;
        if (!isMoved) picture.ready(0, true);
        to.allot(points.count);
        if (isMoved) to.keepPlaces();
        yield* placeAll(points, order, to);
        filled = { painter: to, points, order };
        placed.value = points;
        // Those that only move look as they did.
        if (isMoved) picture.ready(points.count, true);
      }
      const isNew = !isPlaced && !isMoved;
      yield* lookAt(looked, order, (first, looks) => {
        to.look(first, looks);
        if (isNew) picture.ready(first + looks.length / 4, first === 0);
      });
      if (!isNew) picture.ready(points.count, true);
    })();
  });
}

function* placeAll(points: MapPoints, order: DrawingOrder, to: PointPainter): Generator<void> {
  for (let first = 0; first < points.count; first += POINTS_A_STEP) {
    const count = Math.min(POINTS_A_STEP, points.count - first);
    const places = new Float32Array(2 * count);
    for (let i = 0; i < count; i++) {
      const point = order.pointAt(first + i);
      const [x, y] = [points.coordinates[2 * point] as number, points.coordinates[2 * point + 1] as number];
      const isThere = Number.isFinite(x + y);
      places[2 * i] = isThere ? x : FAR_AWAY;
      places[2 * i + 1] = isThere ? y : FAR_AWAY;
    }
    to.place(first, places);
    yield;
  }
}

function lookedAt(points: MapPoints, model: Model, view: ViewState, state: MapState): Looked {
  const colors = model._point_colors.value;
  const classes = model._output.value?.classes ?? 0;
  return {
    points,
    colors,
    table: model._sequences.value,
    passes: view.passes.value,
    fade: model.fade.value,
    shown: model.shown_points.value,
    selected: state.selectedSteps.value,
    weakest: colors?.kind === "classes" && classes > 1 ? Math.floor(255 / classes) : 0,
  };
}

/** null while there is nothing to be seen. */
function sceneOf(
  placed: ReadonlySignal<MapPoints | null>,
  model: Model,
  view: ViewState,
  state: MapState,
): Scene | null {
  const [width, height, ratio] = [state.width.value, state.height.value, state.pixelRatio.value];
  const colors = view.colors.value;
  const [left, right, bottom, top] = state.box.value;
  const kind = model._point_colors.value?.kind ?? "classes";
  const lit = (kind === "classes" ? view.hoveredClass.value : state.litLabel.value) ?? state.keptCode.value;
  // Until the new places are there, the points are at the ones before.
  const moved = placed.value === model._points.value ? state.moved.value : 1;
  if (width === 0 || height === 0 || colors.classes.length === 0) return null;
  return {
    width: Math.round(width * ratio),
    height: Math.round(height * ratio),
    middle: [(left + right) / 2, (bottom + top) / 2],
    half: [(right - left) / 2, (top - bottom) / 2],
    size: model.point_size.value * ratio,
    moved,
    palette: paletteOf(colors),
    ground: share(colors.ground),
    selected: share(colors.selected),
    solid: solidity(
      model._points.value?.count ?? 0,
      (state.extent.value[1] - state.extent.value[0]) / (right - left),
    ),
    lit: kind === "values" ? NOTHING_LIT : Math.min(lit ?? NOTHING_LIT, 255),
  };
}

/** How opaque points are: the less, the more of them there are, and the more, the more one has zoomed in. */
export function solidity(count: number, nearer: number): number {
  const inView = Math.max(10, count / Math.max(1, nearer) ** 2);
  return clamp(1.3 - 0.18 * Math.log10(inView), 0.3, 0.85);
}

function paletteOf(colors: Colors): Float32Array {
  const palette = new Float32Array(3 * COLORS);
  for (let i = 0; i < REST_COLOR; i++) palette.set(share(colors.classes[i] as string), 3 * i);
  palette.set(share(colors.classes[REST_COLOR] as string), 3 * REST_COLOR);
  palette.set(share(colors.ramp), 3 * RAMP_COLOR);
  return palette;
}

/** Red, green and blue of a colour, 0…1. */
function share(color: string): number[] {
  return [...colorBytes(color).slice(0, 3)].map((byte) => byte / 255);
}
