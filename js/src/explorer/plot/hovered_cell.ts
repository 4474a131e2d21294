import { batch } from "@preact/signals-core";
import { all, listen } from "../../shared/dom";
import { placeIn } from "../../shared/place";
import { formatValue } from "../../shared/text";
import { cellName } from "../cells/cell_name";
import type { Model } from "../model";
import { columnAround } from "../time/columns";
import { drawnSteps, stepInSight } from "../time/layout";
import type { Window } from "../time/window";
import type { ViewState } from "../view_state";
import { drawLines } from "./lines";
import { highestStep, pickCell, stateAt } from "./nearest_line";
import { highestOf, pickEnvelope } from "./plot_columns";

/** Draw the line of the hovered cell over all others. */
export function drawHovered(
  context: CanvasRenderingContext2D,
  window: Window,
  model: Model,
  view: ViewState,
): void {
  const cell = view.hoveredCell.value;
  if (cell === null || cell >= window.cells) return;
  const wordWidth = model.word_width.value;
  const steps = drawnSteps(window, view.visible.value);
  context.save();
  context.translate(view.labelWidth.value + (steps[0] - view.first.value) * wordWidth, 0);
  drawLines(
    context,
    window,
    [cell],
    { steps, stepWidth: wordWidth, toPixel: view.scale.value.toPixel },
    { color: view.colors.value.hovered, alpha: 1, width: 2.25 },
  );
  context.restore();
}

/**
 * Draw the number of the hovered cell beside its line: at the pointer or, if that is elsewhere, where the cell is
 * highest.
 */
export function drawHoveredNumber(
  context: CanvasRenderingContext2D,
  model: Model,
  view: ViewState,
  right: number,
): void {
  const cell = view.hoveredCell.value;
  if (cell === null) return;
  const at = placeOfNumber(cell, view);
  if (!at || !Number.isFinite(at.value)) return;
  const { step, value } = at;
  const colors = view.colors.value;
  const text = `${cellName(model, cell)}  ${formatValue(value)}`;
  context.font = `600 11.5px ${colors.font}`;
  context.textAlign = "left";
  context.textBaseline = "middle";
  const wordWidth = model.word_width.value;
  const x = view.labelWidth.value + (step - view.first.value) * wordWidth + 6;
  const left = Math.min(Math.max(x, view.labelWidth.value + 3), right - context.measureText(text).width - 3);
  const y = Math.max(9, view.scale.value.toPixel(value) - 10);
  context.lineJoin = "round";
  context.lineWidth = 3;
  context.strokeStyle = colors.ground;
  context.strokeText(text, left, y);
  context.fillStyle = colors.hovered;
  context.fillText(text, left, y);
}

/** Where the number stands: the middle of a step, counted in steps, and a value. */
export function placeOfNumber(cell: number, view: ViewState): { step: number; value: number } | null {
  const hovered = view.hoveredStep.value;
  const stride = view.stride.value;
  if (stride !== null) {
    const envelopes = view.envelopes.value;
    const steps = hovered === null ? view.visible.value : columnAround(hovered, stride);
    return envelopes && highestOf(envelopes, cell, steps);
  }
  const window = view.states.value;
  if (!window || cell >= window.cells) return null;
  const step = hovered ?? highestStep(window, cell, view.visible.value);
  return { step: step + 0.5, value: stateAt(window, cell, step) };
}

/** Let the step and the cell under the pointer be the hovered ones. */
export function hoverCell(plot: HTMLElement, model: Model, view: ViewState): () => void {
  return all(
    listen(plot, "pointermove", (event) => {
      const [x, y] = placeIn(plot, event);
      batch(() => {
        view.hoveredStep.value = stepInSight(x, view.visible.peek(), model.word_width.peek());
        // With a button down something is being dragged, and the cell under it does not matter.
        if (event.buttons === 0) view.hoveredCell.value = cellUnder(x, y, model, view);
      });
    }),
    listen(plot, "pointerleave", () => {
      batch(() => {
        view.hoveredStep.value = null;
        view.hoveredCell.value = null;
      });
    }),
  );
}

/** The cell whose line or envelope is near a point, in pixels from the first step in sight and from the plot's top. */
export function cellUnder(x: number, y: number, model: Model, view: ViewState): number | null {
  const wordWidth = model.word_width.peek();
  const step = stepInSight(x, view.visible.peek(), wordWidth);
  if (step === null) return null;
  const { toPixel } = view.scale.peek();
  const envelopes = view.envelopes.peek();
  if (envelopes) return pickEnvelope(envelopes, step, y, toPixel);
  const window = view.states.peek();
  if (!window || view.stride.peek() !== null) return null;
  const at = view.first.peek() + x / wordWidth;
  return pickCell(window, view.shownCells.peek(), view.everyCell.peek(), at, y, toPixel);
}
