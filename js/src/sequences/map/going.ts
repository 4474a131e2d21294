import { showing } from "../../shared/box";
import { firstAtLeast } from "../../shared/lists";
import { sequenceAt } from "../all/sequences";
import type { Model } from "../model";
import { type MapState, placeOf } from "./map_state";

/** Make a step the position. */
export function goTo(step: number, model: Model): void {
  model.set("position", step);
  model.settle();
}

/** The sequence of a step; null while that isn't known. */
export function sequenceOf(step: number, model: Model): number | null {
  const table = model._sequences.peek();
  return table && sequenceAt(table, step);
}

/** The shown sequence before the current one or after it, in the order of the table; null at its end. */
export function sequenceBeside(order: Int32Array, current: number, by: 1 | -1): number | null {
  const at = order.indexOf(current);
  if (at < 0) return order[0] ?? null;
  return order[at + by] ?? null;
}

/** Steps of a sequence on the map, of those that are there: the one after `step`, or before it; itself at an end. */
export function stepBeside(step: number, by: 1 | -1, model: Model): number {
  const [table, points] = [model._sequences.peek(), model._points.peek()];
  if (!table || !points) return step;
  const sequence = sequenceAt(table, step);
  const [start, stop] = [table.bounds[sequence] as number, (table.bounds[sequence + 1] as number) - 1];
  if (!points.steps) return Math.min(Math.max(step + by, start), stop);
  const at = firstAtLeast(points.steps, by > 0 ? step + 1 : step) - (by > 0 ? 0 : 1);
  const to = points.steps[at];
  return to !== undefined && to >= start && to <= stop ? to : step;
}

/** Move the view so that a step can be seen. */
export function bringIntoView(step: number, model: Model, state: MapState): void {
  const place = placeOf(model._points.peek(), step);
  if (!place) return;
  const box = state.box.peek();
  const to = showing(box, ...place);
  if (to !== box) model.set("view", to);
}

/** Let the selected steps go; if there are none, the selection. Returns whether there was anything to do. */
export function letGo(model: Model): boolean {
  if (model.selected_steps.peek() !== "") model.set("selected_steps", "");
  else if (model.selection.peek() !== null) model.set("selection", null);
  else return false;
  model.settle();
  return true;
}
