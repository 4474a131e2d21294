import { showing } from "../shared/box";
import { all, listen } from "../shared/dom";
import { hasModifier } from "../shared/keys";
import { DIRECTIONS, type Direction, nearestInDirection } from "./direction";
import type { Model } from "./model";
import { toggleSelected, zoomAt } from "./pointer";
import type { ViewState } from "./view_state";

const ZOOM = 1.25;

/** Keys on the plot go from point to point, pick, select, zoom and reset. */
export function followKeys(plot: HTMLElement, model: Model, view: ViewState): () => void {
  return all(
    listen(plot, "keydown", (event) => {
      if (event.target !== plot || hasModifier(event) || event.defaultPrevented) return;
      if (!press(event, model, view)) return;
      event.preventDefault();
      event.stopPropagation();
    }),
    listen(plot, "keyup", () => model.settle()),
    listen(plot, "blur", () => {
      view.keyed.value = false;
    }),
  );
}

/** Act on a key. Returns whether it means something here. */
function press(event: KeyboardEvent, model: Model, view: ViewState): boolean {
  const direction = DIRECTIONS[event.key];
  const turn = TURNS[event.key];
  if (direction) go(direction, model, view);
  else if (turn) turnTo(turn, model, view);
  else if (event.key === "Enter" || event.key === " ") pickCursor(event.shiftKey, model, view);
  else if (event.key === "Escape") return letGo(model);
  else if (event.key === "+" || event.key === "=") zoomCursor(ZOOM, model, view);
  else if (event.key === "-" || event.key === "−") zoomCursor(1 / ZOOM, model, view);
  else if (event.key === "0") model.set("view", null);
  else return false;
  return true;
}

/** The point that the keys start from: where they were, the picked one, or the one nearest to the middle. */
function start(model: Model, view: ViewState): number | null {
  const shown = view.shown.peek();
  for (const point of [view.cursor.peek(), model.picked.peek()]) {
    if (point !== null && point < model._points.peek().count && shown(point)) return point;
  }
  const [left, right, bottom, top] = view.box.peek();
  const { grid } = model._points.peek();
  const found = grid.nearest((left + right) / 2, (bottom + top) / 2, right - left, top - bottom, shown);
  return found < 0 ? null : found;
}

function put(point: number | null, model: Model, view: ViewState): void {
  view.hovered.value = null;
  view.keyed.value = true;
  view.cursor.value = point;
  if (point === null) return;
  const { coordinates } = model._points.peek();
  const box = view.box.peek();
  const to = showing(box, coordinates[2 * point] as number, coordinates[2 * point + 1] as number);
  if (to !== box) model.set("view", to);
}

function go(direction: Direction, model: Model, view: ViewState): void {
  const from = start(model, view);
  if (from === null || !view.keyed.peek()) {
    put(from, model, view);
    return;
  }
  const { count, coordinates } = model._points.peek();
  const { toX, toY } = view.projection.peek();
  const pixels = (point: number) =>
    [toX(coordinates[2 * point] as number), toY(coordinates[2 * point + 1] as number)] as const;
  const to = nearestInDirection(count, pixels, pixels(from), direction, view.shown.peek());
  put(to < 0 ? from : to, model, view);
}

type Turn = (from: number | null, count: number) => { first: number; by: 1 | -1 };

/** These keys go by time, so that they also reach points at the same place. */
const TURNS: Readonly<Record<string, Turn>> = {
  PageDown: (from) => ({ first: (from ?? -1) + 1, by: 1 }),
  PageUp: (from, count) => ({ first: (from ?? count) - 1, by: -1 }),
  Home: () => ({ first: 0, by: 1 }),
  End: (_, count) => ({ first: count - 1, by: -1 }),
};

function turnTo(turn: Turn, model: Model, view: ViewState): void {
  const { count } = model._points.peek();
  const shown = view.shown.peek();
  const from = start(model, view);
  const { first, by } = turn(from, count);
  let to = first;
  while (to >= 0 && to < count && !shown(to)) to += by;
  put(to >= 0 && to < count ? to : from, model, view);
}

function pickCursor(selecting: boolean, model: Model, view: ViewState): void {
  const point = start(model, view);
  put(point, model, view);
  if (point === null) return;
  if (selecting) toggleSelected(point, model);
  else model.set("picked", point);
}

/**
 * Unselect the selected points; if there are none, unpick the picked one. Returns whether there was anything to do.
 */
function letGo(model: Model): boolean {
  if (model.selected.peek().length > 0) model.set("selected", []);
  else if (model.picked.peek() !== null) model.set("picked", null);
  else return false;
  return true;
}

function zoomCursor(factor: number, model: Model, view: ViewState): void {
  const cursor = view.keyed.peek() ? view.cursor.peek() : null;
  const { coordinates } = model._points.peek();
  const { toX, toY } = view.projection.peek();
  const middle = [view.width.peek() / 2, view.height.peek() / 2] as const;
  const place =
    cursor === null
      ? middle
      : ([toX(coordinates[2 * cursor] as number), toY(coordinates[2 * cursor + 1] as number)] as const);
  zoomAt(place, factor, model, view);
}
