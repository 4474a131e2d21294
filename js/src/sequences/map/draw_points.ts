import { clamp } from "../../shared/numbers";
import { drawPoints as draw, shares } from "../../shared/points/draw_points";
import { COLORS, NOTHING_LIT, RAMP_COLOR, REST_COLOR, type Scene } from "../../shared/points/painter";
import type { Colors } from "../../shared/theme";
import type { Model } from "../model";
import type { ViewState } from "../view_state";
import { type Looked, lookAt } from "./looks";
import { areMoved, type MapState } from "./map_state";
import type { MapPoints } from "./points";

/** Draw the points of the map. */
export function drawPoints(plot: HTMLElement, model: Model, view: ViewState, state: MapState): () => void {
  return draw<MapPoints>(plot, {
    webgl: state.webgl,
    areMoved,
    points() {
      const points = model._points.value;
      if (!points) return null;
      const looked = lookedAt(points, model, view, state);
      return { points, looks: (order, deliver) => lookAt(looked, order, deliver) };
    },
    scene: (placed) => sceneOf(placed, model, view, state),
    drawn() {
      view.pointRedraws.value = view.pointRedraws.peek() + 1;
    },
  });
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
function sceneOf(placed: MapPoints | null, model: Model, view: ViewState, state: MapState): Scene | null {
  const [width, height, ratio] = [state.width.value, state.height.value, state.pixelRatio.value];
  const colors = view.colors.value;
  const [left, right, bottom, top] = state.box.value;
  const kind = model._point_colors.value?.kind ?? "classes";
  const lit = (kind === "classes" ? view.hoveredClass.value : state.litLabel.value) ?? state.keptCode.value;
  // Until the new places are there, the points are at the ones before.
  const moved = placed === model._points.value ? state.moved.value : 1;
  if (width === 0 || height === 0 || colors.classes.length === 0) return null;
  return {
    width: Math.round(width * ratio),
    height: Math.round(height * ratio),
    middle: [(left + right) / 2, (bottom + top) / 2],
    half: [(right - left) / 2, (top - bottom) / 2],
    size: model.point_size.value * ratio,
    moved,
    palette: paletteOf(colors),
    ground: shares(colors.ground),
    selected: shares(colors.selected),
    solid: solidity(
      model._points.value?.count ?? 0,
      (state.extent.value[1] - state.extent.value[0]) / (right - left),
    ),
    rim: 0,
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
  for (let i = 0; i < REST_COLOR; i++) palette.set(shares(colors.classes[i] as string), 3 * i);
  palette.set(shares(colors.classes[REST_COLOR] as string), 3 * REST_COLOR);
  palette.set(shares(colors.ramp), 3 * RAMP_COLOR);
  return palette;
}
