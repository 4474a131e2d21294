import { type Box, moved, zoomed } from "../../shared/box";
import { all, listen } from "../../shared/dom";
import { type Drag, onDrag } from "../../shared/drag";
import { insideOf } from "../../shared/lasso";
import { onPinch } from "../../shared/pinch";
import { type Place, placeIn } from "../../shared/place";
import { zoomFactor } from "../../shared/wheel";
import type { Model } from "../model";
import { togglePinned } from "../pinning";
import type { ViewState } from "../view_state";
import { pathOf } from "./draw_marks";
import { goTo, sequenceOf } from "./going";
import { type MapState, stepOf } from "./map_state";
import type { Trajectory } from "./points";
import { decodeSteps, encodeSteps, joined } from "./steps_text";

/** A point this many pixels from the pointer is still hit, and so is a step of the current trajectory. */
const REACH = 12;
const REACH_OF_LINE = 8;
/** A press that moves less than this many pixels is a click. */
const CLICK = 4;

/**
 * The pointer hovers; a click goes to a step, a double click pins its sequence; a drag moves the map, or along the
 * current trajectory selects a stretch of it, or with Shift draws a lasso; the wheel and two fingers zoom.
 */
export function followPointer(plot: HTMLElement, model: Model, view: ViewState, state: MapState): () => void {
  const place = (event: MouseEvent) => placeIn(plot, event);
  return all(
    onDrag(plot, (down) => {
      if ((down.target as Element).closest("button")) return null;
      plot.focus({ preventScroll: true });
      leave(view, state);
      const from = place(down);
      const isLasso = down.shiftKey || state.lassoing.peek();
      // Python has to tell what was selected.
      if (isLasso && model.live.peek()) return drawLasso(place, down, model, view, state);
      const along = down.pointerType === "touch" ? null : alongLine(from, model, state);
      return along === null
        ? moveOrGo(place, from, model, view, state)
        : brush(place, from, along, model, state);
    }),
    listen(plot, "pointermove", (event) => {
      if (event.buttons !== 0 || event.pointerType === "touch") return;
      const isElsewhere = (event.target as Element).closest("button") !== null;
      const step = isElsewhere ? null : hit(place(event), model, state);
      state.pointing.value = step === null ? null : "pointer";
      view.hoveredStep.value = step;
    }),
    listen(plot, "pointerleave", () => leave(view, state)),
    listen(plot, "dblclick", (event) => {
      if ((event.target as Element).closest("button")) return;
      const step = hit(place(event), model, state);
      const sequence = step === null ? null : sequenceOf(step, model);
      if (sequence === null) model.set("view", null);
      else togglePinned(sequence, model, view);
    }),
    listen(
      plot,
      "wheel",
      (event) => {
        // Otherwise the wheel scrolls the notebook.
        if (!(event.ctrlKey || event.metaKey || plot.matches(":focus"))) return;
        event.preventDefault();
        zoomAt(place(event), zoomFactor(event), model, state);
      },
      { passive: false },
    ),
    onPinch(plot, {
      place,
      zoom: (factor, middle) => zoomAt(middle, factor, model, state),
      lifted: model.settle,
    }),
  );
}

/** Zoom around a place in pixels. */
export function zoomAt([x, y]: Place, factor: number, model: Model, state: MapState): void {
  const { fromX, fromY } = state.projection.peek();
  model.set("view", zoomed(state.box.peek(), factor, fromX(x), fromY(y), state.extent.peek()));
}

/** The pointer or the keys are on no step of the map any more. */
export function leave(view: ViewState, state: MapState): void {
  if (state.pointing.peek() === null) return;
  state.pointing.value = null;
  view.hoveredStep.value = null;
}

/** The step of the point at a place in pixels. */
export function hit([x, y]: Place, model: Model, state: MapState): number | null {
  const [grid, points] = [state.grid.peek(), model._points.peek()];
  if (!grid || !points) return null;
  const { fromX, fromY, perX, perY } = state.projection.peek();
  const found = grid.nearest(fromX(x), fromY(y), REACH / perX, REACH / perY, state.isShown.peek());
  return found < 0 ? null : stepOf(points, found);
}

/** The step of the current trajectory at a place; null if it is farther away. */
function alongLine(place: Place, model: Model, state: MapState): number | null {
  const [trajectory] = model._trajectories.peek();
  if (!trajectory) return null;
  const path = pathOf(trajectory.coordinates, state.projection.peek());
  const { step, distance } = nearestOf(path, trajectory, place);
  return distance <= REACH_OF_LINE ? step : null;
}

/** The step of a trajectory whose place in pixels is the nearest one. */
export function nearestOf(
  path: Float32Array,
  { start }: Pick<Trajectory, "start">,
  [x, y]: Place,
): { step: number; distance: number } {
  let [step, distance] = [start, Number.POSITIVE_INFINITY];
  for (let i = 0; i < path.length; i += 2) {
    const away = Math.hypot((path[i] as number) - x, (path[i + 1] as number) - y);
    if (away < distance) [step, distance] = [start + i / 2, away];
  }
  return { step, distance };
}

type PlaceOf = (event: MouseEvent) => Place;

/** A drag that begins on the current trajectory selects a stretch of it; a click goes to the step. */
function brush(place: PlaceOf, from: Place, anchor: number, model: Model, state: MapState): Drag {
  const before = model.selection.peek();
  const [trajectory] = model._trajectories.peek() as readonly [Trajectory];
  const path = pathOf(trajectory.coordinates, state.projection.peek());
  const release = model.hold("selection");
  let isClick = true;
  return {
    move(event) {
      const to = place(event);
      if (isClick && distanceBetween(to, from) < CLICK) return;
      isClick = false;
      const { step } = nearestOf(path, trajectory, to);
      model.set("selection", [Math.min(anchor, step), Math.max(anchor, step) + 1]);
    },
    end() {
      release();
      if (isClick) goTo(anchor, model);
      else model.settle();
    },
    cancel() {
      model.set("selection", before);
      release();
    },
  };
}

function moveOrGo(place: PlaceOf, from: Place, model: Model, view: ViewState, state: MapState): Drag {
  const box = state.box.peek();
  const before = model.view.peek();
  const { perX, perY } = state.projection.peek();
  let isClick = true;
  const to = (value: Box | null) => model.set("view", value);
  return {
    move(event) {
      const [x, y] = place(event);
      if (isClick && distanceBetween([x, y], from) < CLICK) return;
      isClick = false;
      to(moved(box, (from[0] - x) / perX, (y - from[1]) / perY, state.extent.peek()));
    },
    end() {
      const step = isClick ? hit(from, model, state) : null;
      if (step === null) model.settle();
      else {
        goTo(step, model);
        view.hoveredStep.value = step;
      }
    },
    cancel: () => to(before),
  };
}

/** A lasso selects the steps of the points in it; with Alt it adds them to those that are selected. */
function drawLasso(place: PlaceOf, down: PointerEvent, model: Model, view: ViewState, state: MapState): Drag {
  const corners: Place[] = [place(down)];
  return {
    move(event) {
      const to = place(event);
      if (distanceBetween(to, corners.at(-1) as Place) < CLICK) return;
      corners.push(to);
      state.lasso.value = [...corners];
    },
    end() {
      state.lasso.value = null;
      const found = corners.length > 2 ? stepsIn(corners, model, view, state) : [];
      const steps = down.altKey ? joined(decodeSteps(model.selected_steps.peek()), found) : found;
      const text = encodeSteps(steps);
      const { fromX, fromY } = state.projection.peek();
      state.outline.value =
        found.length > 0 && !down.altKey
          ? { steps: text, corners: corners.map(([x, y]): Place => [fromX(x), fromY(y)]) }
          : null;
      model.set("selected_steps", text);
      model.settle();
    },
    cancel() {
      state.lasso.value = null;
    },
  };
}

/** Sorted steps of the shown points within a lasso with these corners in pixels. What is faded isn't selected. */
export function stepsIn(corners: readonly Place[], model: Model, view: ViewState, state: MapState): number[] {
  const { fromX, fromY } = state.projection.peek();
  const [grid, points] = [state.grid.peek(), model._points.peek()];
  if (!grid || !points) return [];
  const isShown = state.isShown.peek();
  const polygon = corners.map(([x, y]): Place => [fromX(x), fromY(y)]);
  const isInside = insideOf(polygon);
  const [xs, ys] = [polygon.map(([x]) => x), polygon.map(([, y]) => y)];
  const [left, right, bottom, top] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const isIn = new Uint8Array(points.count);
  grid.visit(left, right, bottom, top, (point) => {
    const [x, y] = [points.coordinates[2 * point] as number, points.coordinates[2 * point + 1] as number];
    if (x < left || x > right || y < bottom || y > top) return;
    if (isShown(point) && isInside(x, y)) isIn[point] = 1;
  });
  const passes = passing(model, view);
  const steps: number[] = [];
  for (let point = 0; point < points.count; point++) {
    const step = isIn[point] === 1 ? stepOf(points, point) : -1;
    if (step >= 0 && passes(step)) steps.push(step);
  }
  return steps;
}

/** Whether the sequence of a step passes the filters, asked for ascending steps. */
function passing(model: Model, view: ViewState): (step: number) => boolean {
  const table = model._sequences.peek();
  const passes = view.passes.peek();
  if (!table) return () => true;
  let sequence = 0;
  return (step) => {
    while (sequence < table.count - 1 && step >= (table.bounds[sequence + 1] as number)) sequence++;
    return passes[sequence] === 1;
  };
}

function distanceBetween([x, y]: Place, [toX, toY]: Place): number {
  return Math.hypot(x - toX, y - toY);
}
