import { all, listen } from "../shared/dom";
import { hasModifier } from "../shared/keys";
import { showing } from "./box";
import { DIRECTIONS, type Direction, nearestInDirection } from "./direction";
import { toggleSelected, zoomAt } from "./gestures";
import type { Model } from "./model";
import type { Own } from "./view_state";

const ZOOM = 1.25;

/** What keys do on the plot: go from point to point, pick, select, zoom, reset. */
export function followKeys(plot: HTMLElement, model: Model, own: Own): () => void {
  return all(
    listen(plot, "keydown", (event) => {
      if (event.target !== plot || hasModifier(event) || event.defaultPrevented) return;
      if (!press(event, model, own)) return;
      event.preventDefault();
      event.stopPropagation();
    }),
    listen(plot, "keyup", () => model.settle()),
    listen(plot, "blur", () => {
      own.keyed.value = false;
    }),
  );
}

/** Whether the key means something here. */
function press(event: KeyboardEvent, model: Model, own: Own): boolean {
  const direction = DIRECTIONS[event.key];
  const turn = TURNS[event.key];
  if (direction) go(direction, model, own);
  else if (turn) turnTo(turn, model, own);
  else if (event.key === "Enter" || event.key === " ") pickCursor(event.shiftKey, model, own);
  else if (event.key === "Escape") return letGo(model);
  else if (event.key === "+" || event.key === "=") zoomCursor(ZOOM, model, own);
  else if (event.key === "-" || event.key === "−") zoomCursor(1 / ZOOM, model, own);
  else if (event.key === "0") model.set("view", null);
  else return false;
  return true;
}

/** Where the keys start from: where they were, the point picked, or the one nearest to the middle. */
function start(model: Model, own: Own): number | null {
  const shown = own.shown.peek();
  for (const point of [own.cursor.peek(), model.picked.peek()]) {
    if (point !== null && point < model._points.peek().count && shown(point)) return point;
  }
  const [left, right, bottom, top] = own.box.peek();
  const { grid } = model._points.peek();
  const found = grid.nearest((left + right) / 2, (bottom + top) / 2, right - left, top - bottom, shown);
  return found < 0 ? null : found;
}

function put(point: number | null, model: Model, own: Own): void {
  own.hovered.value = null;
  own.keyed.value = true;
  own.cursor.value = point;
  if (point === null) return;
  const { coordinates } = model._points.peek();
  const box = own.box.peek();
  const to = showing(box, coordinates[2 * point] as number, coordinates[2 * point + 1] as number);
  if (to !== box) model.set("view", to);
}

function go(direction: Direction, model: Model, own: Own): void {
  const from = start(model, own);
  if (from === null || !own.keyed.peek()) {
    put(from, model, own);
    return;
  }
  const { count, coordinates } = model._points.peek();
  const { toX, toY } = own.projection.peek();
  const pixels = (point: number) =>
    [toX(coordinates[2 * point] as number), toY(coordinates[2 * point + 1] as number)] as const;
  const to = nearestInDirection(count, pixels, pixels(from), direction, own.shown.peek());
  put(to < 0 ? from : to, model, own);
}

type Turn = (from: number | null, count: number) => { first: number; by: 1 | -1 };

/** In the order of time, so that points at the same place are reached as well. */
const TURNS: Readonly<Record<string, Turn>> = {
  PageDown: (from) => ({ first: (from ?? -1) + 1, by: 1 }),
  PageUp: (from, count) => ({ first: (from ?? count) - 1, by: -1 }),
  Home: () => ({ first: 0, by: 1 }),
  End: (_, count) => ({ first: count - 1, by: -1 }),
};

function turnTo(turn: Turn, model: Model, own: Own): void {
  const { count } = model._points.peek();
  const shown = own.shown.peek();
  const from = start(model, own);
  const { first, by } = turn(from, count);
  let to = first;
  while (to >= 0 && to < count && !shown(to)) to += by;
  put(to >= 0 && to < count ? to : from, model, own);
}

function pickCursor(selecting: boolean, model: Model, own: Own): void {
  const point = start(model, own);
  put(point, model, own);
  if (point === null) return;
  if (selecting) toggleSelected(point, model);
  else model.set("picked", point);
}

/** The selected points first, then the one picked. */
function letGo(model: Model): boolean {
  if (model.selected.peek().length > 0) model.set("selected", []);
  else if (model.picked.peek() !== null) model.set("picked", null);
  else return false;
  return true;
}

function zoomCursor(factor: number, model: Model, own: Own): void {
  const cursor = own.keyed.peek() ? own.cursor.peek() : null;
  const { coordinates } = model._points.peek();
  const { toX, toY } = own.projection.peek();
  const middle = [own.width.peek() / 2, own.height.peek() / 2] as const;
  const place =
    cursor === null
      ? middle
      : ([toX(coordinates[2 * cursor] as number), toY(coordinates[2 * cursor + 1] as number)] as const);
  zoomAt(place, factor, model, own);
}
