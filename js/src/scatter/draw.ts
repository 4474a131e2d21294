import { signal } from "@preact/signals-core";
import { createLayer, type Layer, sized } from "../shared/canvas";
import { all } from "../shared/dom";
import { drawOnFrame } from "../shared/frame";
import { clamp } from "../shared/numbers";
import { type Deliver, drawPoints as drawManyPoints, shares, type WebGl } from "../shared/points/draw_points";
import type { DrawingOrder } from "../shared/points/order";
import { COLORS, HIDDEN, LOOK_BYTES, NORMAL, NOTHING_LIT, type Scene } from "../shared/points/painter";
import type { Model } from "./model";
import type { Points } from "./points";
import { stamp } from "./stamp";
import { colorRank, type ViewState } from "./view_state";

/**
 * Draw on canvases, each only when its content has changed: the axes, all points, those that stand out, and the marks
 * that follow the pointer and the keys. Without WebGL the points are drawn with the axes, which takes longer.
 */
export function drawPoints(plot: HTMLElement, model: Model, view: ViewState): () => void {
  const base = createLayer();
  const marks = createLayer();
  const top = document.createElement("canvas");
  const webgl = signal<WebGl>("there");
  const redrawn = () => {
    view.baseRedraws.value = view.baseRedraws.peek() + 1;
  };
  base.canvas.className = "lv-scatter-base";
  for (const canvas of [base.canvas, marks.canvas, top]) canvas.setAttribute("aria-hidden", "true");
  plot.append(base.canvas, marks.canvas, top);
  // A plot that is not in the page yet has no size.
  const isThere = () => view.width.value > 0 && view.height.value > 0;
  return all(
    drawManyPoints<Points>(plot, {
      webgl,
      areMoved: () => false,
      points() {
        const points = model._points.value;
        const shown = view.shown.value;
        return { points, looks: (order, deliver) => lookAt(points, shown, order, deliver) };
      },
      scene: (placed) => (isThere() && placed ? sceneOf(model, view) : null),
      drawn: redrawn,
    }),
    drawOnFrame(() => {
      const isHere = webgl.value !== "there";
      if (isThere() && drawBase(base, isHere, model, view) && isHere) redrawn();
    }),
    drawOnFrame(() => {
      if (isThere()) drawMarks(marks, model, view);
    }),
    drawOnFrame(() => {
      plot.classList.toggle("lv-scatter-dimmed", model._lit.value.length > 0);
    }),
    drawOnFrame(() => {
      if (isThere()) drawTop(top, model, view);
    }),
  );
}

/**
 * Radius of a point in device pixels. It is smaller the more points there are, and larger the more one has zoomed in.
 */
export function radius(count: number, nearer: number, pixelRatio: number): number {
  return clamp((6.4 - 0.95 * Math.log10(Math.max(count, 10))) * nearer ** 0.25, 1.6, 6) * pixelRatio;
}

function sizes(model: Model, view: ViewState) {
  const { count, extent } = model._points.value;
  const [left, right] = view.box.value;
  const ratio = view.pixelRatio.value;
  return {
    width: Math.round(view.width.value * ratio),
    height: Math.round(view.height.value * ratio),
    ratio,
    radius: radius(count, (extent[1] - extent[0]) / (right - left), ratio),
  };
}

/** A small picture that is stamped at many places; `reach` is its radius, with anything drawn around the point. */
function sprite(reach: number, draw: (context: CanvasRenderingContext2D) => void): ImageData {
  const canvas = document.createElement("canvas");
  const side = 2 * Math.ceil(reach + 1);
  canvas.width = canvas.height = side;
  const context = canvas.getContext("2d", { willReadFrequently: true }) as CanvasRenderingContext2D;
  context.translate(side / 2, side / 2);
  draw(context);
  return context.getImageData(0, 0, side, side);
}

function disc(context: CanvasRenderingContext2D, size: number, fill: string): void {
  context.beginPath();
  context.arc(0, 0, size, 0, 2 * Math.PI);
  context.fillStyle = fill;
  context.fill();
}

function ring(context: CanvasRenderingContext2D, size: number, color: string, width: number): void {
  context.beginPath();
  context.arc(0, 0, size, 0, 2 * Math.PI);
  context.strokeStyle = color;
  context.lineWidth = width;
  context.stroke();
}

/** Stamps pictures at points in view; `show` puts all of them on the canvas. */
function stamper(context: CanvasRenderingContext2D, model: Model, view: ViewState) {
  const { coordinates } = model._points.value;
  const { toX, toY } = view.projection.value;
  const ratio = view.pixelRatio.value;
  const target = context.createImageData(context.canvas.width, context.canvas.height);
  return {
    stamp(picture: ImageData, point: number) {
      const half = picture.width / 2;
      const left = Math.round(toX(coordinates[2 * point] as number) * ratio - half);
      stamp(target, picture, left, Math.round(toY(coordinates[2 * point + 1] as number) * ratio - half));
    },
    show: () => context.putImageData(target, 0, 0),
  };
}

/** Points that are looked at in a step. */
const POINTS_A_STEP = 25_000;

/** How points look to the painter: in the colour of their label, or hidden. */
function* lookAt(
  { codes }: Points,
  shown: (point: number) => boolean,
  order: DrawingOrder,
  deliver: Deliver,
): Generator<void> {
  for (let first = 0; first < order.count; first += POINTS_A_STEP) {
    const count = Math.min(POINTS_A_STEP, order.count - first);
    const looks = new Uint8Array(LOOK_BYTES * count);
    for (let i = 0; i < count; i++) {
      const point = order.pointAt(first + i);
      looks[LOOK_BYTES * i] = colorRank(codes[point] as number);
      looks[LOOK_BYTES * i + 1] = 255;
      looks[LOOK_BYTES * i + 2] = shown(point) ? NORMAL : HIDDEN;
    }
    deliver(first, looks);
    yield;
  }
}

function sceneOf(model: Model, view: ViewState): Scene {
  const { width, height, ratio, radius: size } = sizes(model, view);
  const [left, right, bottom, top] = view.box.value;
  const { ground } = view.colors.value;
  const palette = new Float32Array(3 * COLORS);
  view.pointColors.value.forEach((color, rank) => {
    palette.set(shares(color), 3 * rank);
  });
  return {
    ...{ width, height, palette, ground: shares(ground), selected: shares(ground) },
    middle: [(left + right) / 2, (bottom + top) / 2],
    half: [(right - left) / 2, (top - bottom) / 2],
    // The rim separates points that overlap.
    ...{ size: 2 * size, rim: 0.5 * ratio, solid: 1 },
    ...{ moved: 1, lit: NOTHING_LIT },
  };
}

function drawBase(layer: Layer, withPoints: boolean, model: Model, view: ViewState): boolean {
  const { width, height, ratio, radius: size } = sizes(model, view);
  const points = model._points.value;
  const shown = view.shown.value;
  const colors = view.pointColors.value;
  const { hairline, ground } = view.colors.value;
  const place = view.projection.value;
  const key = withPoints ? [points, shown, colors] : [];
  return layer.update([...key, place, ratio, hairline], width, height, (context) => {
    if (withPoints) {
      const pictures = colors.map((color) =>
        sprite(size, (on) => {
          disc(on, size, ground);
          disc(on, size - 0.5 * ratio, color);
        }),
      );
      const all = stamper(context, model, view);
      for (let i = 0; i < points.count; i++) {
        const picture = pictures[colorRank(points.codes[i] as number)];
        if (picture && shown(i)) all.stamp(picture, i);
      }
      all.show();
    }
    if (withPoints) context.globalCompositeOperation = "destination-over";
    context.fillStyle = hairline;
    context.fillRect(Math.round(place.toX(0) * ratio), 0, Math.max(1, Math.round(ratio)), height);
    context.fillRect(0, Math.round(place.toY(0) * ratio), width, Math.max(1, Math.round(ratio)));
    context.globalCompositeOperation = "source-over";
  });
}

function drawMarks(layer: Layer, model: Model, view: ViewState): void {
  const { width, height, ratio, radius: size } = sizes(model, view);
  const points = model._points.value;
  const shown = view.shown.value;
  const colors = view.pointColors.value;
  const theme = view.colors.value;
  const place = view.projection.value;
  const [lit, selected, picked] = [model._lit.value, model.selected.value, model.picked.value];
  const key = [points, shown, colors, theme, place, ratio, lit, selected, picked];
  layer.update(key, width, height, (context) => {
    // An empty picture takes as long to copy as a full one.
    if (lit.length === 0 && selected.length === 0 && picked === null) return;
    const all = stamper(context, model, view);
    const around = size + 2.5 * ratio;
    const circle = sprite(around + ratio, (on) => ring(on, around, theme.selected, 1.5 * ratio));
    for (const point of selected) if (shown(point)) all.stamp(circle, point);
    const outer = size + 1.5 * ratio;
    const strong = colors.map((color) =>
      sprite(outer, (on) => {
        disc(on, outer, theme.text);
        disc(on, outer - 1.25 * ratio, color);
      }),
    );
    for (const point of lit) {
      const picture = strong[colorRank(points.codes[point] as number)];
      if (picture && shown(point)) all.stamp(picture, point);
    }
    if (picked !== null && picked < points.count && shown(picked)) {
      const far = size + 5 * ratio;
      const target = sprite(far + 2 * ratio, (on) => {
        ring(on, far - 2.5 * ratio, theme.ground, 2.5 * ratio);
        ring(on, far, theme.selected, 2.5 * ratio);
      });
      const picture = strong[colorRank(points.codes[picked] as number)];
      for (const each of [target, picture]) if (each) all.stamp(each, picked);
    }
    all.show();
  });
}

function drawTop(canvas: HTMLCanvasElement, model: Model, view: ViewState): void {
  const { width, height, ratio, radius: size } = sizes(model, view);
  const theme = view.colors.value;
  const lasso = view.lasso.value;
  const at = view.hovered.value ?? (view.keyed.value ? view.cursor.value : null);
  const context = sized(canvas, width, height);
  if (at !== null && at < model._points.value.count) {
    const { coordinates } = model._points.value;
    const { toX, toY } = view.projection.value;
    const [x, y] = [coordinates[2 * at] as number, coordinates[2 * at + 1] as number];
    context.translate(toX(x) * ratio, toY(y) * ratio);
    ring(context, size + 3 * ratio, theme.hovered, 2 * ratio);
    context.resetTransform();
  }
  if (!lasso) return;
  context.scale(ratio, ratio);
  context.beginPath();
  for (const [x, y] of lasso) context.lineTo(x, y);
  context.closePath();
  context.globalAlpha = 0.12;
  context.fillStyle = theme.selected;
  context.fill();
  context.globalAlpha = 1;
  context.strokeStyle = theme.selected;
  context.lineWidth = 1.25;
  context.setLineDash([4, 3]);
  context.stroke();
}
