import { type Box, moved, zoomed } from "../shared/box";
import { all, listen } from "../shared/dom";
import { type Drag, onDrag } from "../shared/drag";
import { insideOf } from "../shared/lasso";
import { onPinch } from "../shared/pinch";
import { type Place, placeIn } from "../shared/place";
import { zoomFactor } from "../shared/wheel";
import type { Model } from "./model";
import type { ViewState } from "./view_state";

/** A point this many pixels from the pointer is still hit. */
const REACH = 12;
/** A press that moves less than this many pixels is a click. */
const CLICK = 4;
/**
 * The pointer hovers, picks with a click, moves the plot with a drag, selects with Shift and a drag, and zooms with
 * the wheel or two fingers.
 */
export function followPointer(plot: HTMLElement, model: Model, view: ViewState): () => void {
  const place = (event: MouseEvent) => placeIn(plot, event);
  return all(
    onDrag(plot, (down) => {
      plot.focus({ preventScroll: true });
      view.keyed.value = false;
      view.hovered.value = null;
      return down.shiftKey ? drawLasso(place, down, model, view) : moveOrPick(place, down, model, view);
    }),
    listen(plot, "pointermove", (event) => {
      if (event.buttons === 0 && event.pointerType !== "touch")
        view.hovered.value = hit(place(event), model, view);
    }),
    listen(plot, "pointerleave", () => {
      view.hovered.value = null;
    }),
    listen(plot, "dblclick", (event) => {
      if (hit(place(event), model, view) === null) model.set("view", null);
    }),
    listen(
      plot,
      "wheel",
      (event) => {
        // Otherwise the wheel scrolls the notebook.
        if (!(event.ctrlKey || event.metaKey || plot.matches(":focus"))) return;
        event.preventDefault();
        zoomAt(place(event), zoomFactor(event), model, view);
      },
      { passive: false },
    ),
    onPinch(plot, {
      place,
      zoom: (factor, middle) => zoomAt(middle, factor, model, view),
      lifted: model.settle,
    }),
  );
}

/** Zoom around a place in pixels. */
export function zoomAt([x, y]: Place, factor: number, model: Model, view: ViewState): void {
  const { fromX, fromY } = view.projection.peek();
  const { extent } = model._points.peek();
  view.hovered.value = null;
  model.set("view", zoomed(view.box.peek(), factor, fromX(x), fromY(y), extent));
}

function hit([x, y]: Place, model: Model, view: ViewState): number | null {
  const { fromX, fromY, perX, perY } = view.projection.peek();
  const { grid } = model._points.peek();
  const found = grid.nearest(fromX(x), fromY(y), REACH / perX, REACH / perY, view.shown.peek());
  return found < 0 ? null : found;
}

/** Pick the point at a place; where several lie over each other, the one after the picked one. */
function pickAt(place: Place, model: Model, view: ViewState): void {
  const found = hit(place, model, view);
  if (found === null) return;
  const stack = model._points.peek().grid.stack(found).filter(view.shown.peek());
  const before = stack.indexOf(model.picked.peek() ?? -1);
  const point = stack[(before + 1) % stack.length] as number;
  view.cursor.value = point;
  model.set("picked", point);
}

function moveOrPick(
  place: (event: MouseEvent) => Place,
  down: PointerEvent,
  model: Model,
  view: ViewState,
): Drag {
  const from = place(down);
  const box = view.box.peek();
  const before = model.view.peek();
  const { perX, perY } = view.projection.peek();
  let isClick = true;
  const to = (value: Box | null) => model.set("view", value);
  return {
    move(event) {
      const [dx, dy] = difference(place(event), from);
      if (isClick && Math.hypot(dx, dy) < CLICK) return;
      isClick = false;
      to(moved(box, -dx / perX, dy / perY, model._points.peek().extent));
    },
    end() {
      if (isClick) pickAt(from, model, view);
      model.settle();
    },
    cancel: () => to(before),
  };
}

function drawLasso(
  place: (event: MouseEvent) => Place,
  down: PointerEvent,
  model: Model,
  view: ViewState,
): Drag {
  const corners: Place[] = [place(down)];
  return {
    move(event) {
      const to = place(event);
      const [dx, dy] = difference(to, corners.at(-1) as Place);
      if (Math.hypot(dx, dy) < CLICK) return;
      corners.push(to);
      view.lasso.value = [...corners];
    },
    end() {
      view.lasso.value = null;
      if (corners.length > 2) model.set("selected", pointsIn(corners, model, view));
      else {
        const point = hit(corners[0] as Place, model, view);
        if (point !== null) toggleSelected(point, model);
      }
      model.settle();
    },
    cancel() {
      view.lasso.value = null;
    },
  };
}

/** Sorted numbers of the shown points within a lasso with these corners. */
function pointsIn(corners: readonly Place[], model: Model, view: ViewState): number[] {
  const { fromX, fromY } = view.projection.peek();
  const { grid, coordinates } = model._points.peek();
  const shown = view.shown.peek();
  const polygon = corners.map(([x, y]): Place => [fromX(x), fromY(y)]);
  const isInside = insideOf(polygon);
  const xs = polygon.map(([x]) => x);
  const ys = polygon.map(([, y]) => y);
  return grid
    .within(Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys))
    .filter(
      (point) =>
        shown(point) && isInside(coordinates[2 * point] as number, coordinates[2 * point + 1] as number),
    )
    .sort((a, b) => a - b);
}

/** Select a point, or unselect it. */
export function toggleSelected(point: number, model: Model): void {
  const selected = model.selected.peek();
  const without = selected.filter((each) => each !== point);
  const more = without.length < selected.length ? without : [...selected, point].sort((a, b) => a - b);
  model.set("selected", more);
}

function difference([x, y]: Place, [fromX, fromY]: Place): Place {
  return [x - fromX, y - fromY];
}
