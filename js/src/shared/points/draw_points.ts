import { computed, type Signal, signal } from "@preact/signals-core";
import { colorBytes } from "../canvas";
import { all, create, listen } from "../dom";
import { drawLater, drawOnFrame } from "../frame";
import { type DrawingOrder, drawingOrder } from "./order";
import { createPace } from "./pace";
import { createPointPainter, LOOK_BYTES, type PointPainter, type Scene } from "./painter";

/** Whether points can be drawn: without WebGL they can't, nor while the browser has taken it away. */
export type WebGl = "there" | "lost" | "missing";

interface Points {
  count: number;
  /** x and y of each point in turn. */
  coordinates: Float32Array;
}

/** What looks mean to the painter: its bytes, from the `first` point of the order on. */
export type Deliver = (first: number, looks: Uint8Array) => void;

interface Drawn<P extends Points> {
  /** Set to what can be done here. */
  webgl: Signal<WebGl>;
  /** The points; null while there are none. Read as signals, like all that their looks depend on. */
  points: () => { points: P; looks: (order: DrawingOrder, deliver: Deliver) => Iterable<void> } | null;
  /** Whether points are the same ones as before at other places, to which they move. */
  areMoved: (before: P, points: P) => boolean;
  /** The picture, given the points that are placed; null while there is nothing to be seen. */
  scene: (placed: P | null) => Scene | null;
  /** Points were drawn. */
  drawn: () => void;
}

/** Points that are placed in a step. */
const POINTS_A_STEP = 25_000;
/** Where points are put that are nowhere: WebGL needn't know of NaN. */
const FAR_AWAY = 1e30;

/**
 * Draw points on a canvas of their own, the first child of `plot`. While they move or the view does, each frame draws as
 * many as it has time for, always the same ones first; at rest the others follow, until all are there.
 */
export function drawPoints<P extends Points>(plot: HTMLElement, given: Drawn<P>): () => void {
  const canvas = keepCanvas(plot, given.webgl);
  const frames = signal(0);
  const placed = signal<P | null>(null);
  const scene = computed(() => given.scene(placed.value));
  let asked = 0;
  const more = () => {
    // A drawing can't ask for itself while it runs.
    asked ||= setTimeout(() => {
      asked = 0;
      frames.value++;
    });
  };
  const picture = createPicture(canvas.painter, more, given.drawn);
  return all(
    fillBuffers(canvas.painter, picture, placed, given),
    drawOnFrame(() => {
      frames.value;
      if (scene.value && given.webgl.value === "there") picture.draw(scene.value);
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
 * many, and when the graphics card is reset. It may give one back; else a new canvas is made once the plot is used again,
 * and not before: plots would take contexts away from each other without end.
 */
function keepCanvas(
  plot: HTMLElement,
  webgl: Signal<WebGl>,
): { painter: () => PointPainter | null; dispose: () => void } {
  let painter: PointPainter | null = null;
  let remove = () => {};
  const begin = () => {
    remove();
    const canvas = create("canvas", "lv-points", { "aria-hidden": "true" });
    plot.prepend(canvas);
    const prepare = () => {
      painter = createPointPainter(canvas);
      webgl.value = painter ? "there" : "missing";
    };
    prepare();
    remove = all(
      listen(canvas, "webglcontextlost" as "input", (event) => {
        // Else the browser never gives it back.
        event.preventDefault();
        painter = null;
        webgl.value = "lost";
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
    if (webgl.peek() === "lost") begin();
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
function fillBuffers<P extends Points>(
  painter: () => PointPainter | null,
  picture: Picture,
  placed: Signal<P | null>,
  given: Drawn<P>,
): () => void {
  let filled: { painter: PointPainter; points: P; order: DrawingOrder } | null = null;
  return drawLater(() => {
    const source = given.points();
    const to = given.webgl.value === "there" ? painter() : null;
    if (!source || !to) return undefined;
    const { points, looks } = source;
    const before = filled?.painter === to ? filled : null;
    const isPlaced = before?.points === points;
    const isMoved = before !== null && !isPlaced && given.areMoved(before.points, points);
    const order = before?.order.count === points.count ? before.order : drawingOrder(points.count);
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
      yield* looks(order, (first, bytes) => {
        to.look(first, bytes);
        if (isNew) picture.ready(first + bytes.length / LOOK_BYTES, first === 0);
      });
      if (!isNew) picture.ready(points.count, true);
    })();
  });
}

function* placeAll(points: Points, order: DrawingOrder, to: PointPainter): Generator<void> {
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

/** Red, green and blue of a colour, 0…1. */
export function shares(color: string): number[] {
  return [...colorBytes(color).slice(0, 3)].map((byte) => byte / 255);
}
