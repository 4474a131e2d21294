import { createLayer } from "../../shared/canvas";
import { all, listen } from "../../shared/dom";
import { hasModifier } from "../../shared/keys";
import { togglePin } from "../cells/pins";
import type { Model } from "../model";
import { drawnSteps } from "../time/layout";
import type { Window } from "../time/window";
import type { ViewState } from "../view_state";
import { drawLines } from "./lines";

/** In device pixels. */
const LINE_WIDTH = 2;

/** Draw the pinned cells in their colours, in a layer of their own, so that pinning a cell redraws nothing else. */
export function createPinnedDrawing(model: Model, view: ViewState) {
  const layer = createLayer();
  return (context: CanvasRenderingContext2D, window: Window): void => {
    const pins = view.drawnPins.value;
    if (pins.length === 0) return;
    const [first] = view.visible.value;
    const steps = drawnSteps(window, view.visible.value);
    const wordWidth = model.word_width.value;
    const ratio = view.pixelRatio.value;
    const scale = view.scale.value;
    const colors = view.colors.value;
    const width = Math.max(1, Math.round((steps[1] - steps[0]) * wordWidth * ratio));
    const height = Math.round(view.plotHeight.value * ratio);
    const toPixel = (value: number) => scale.toPixel(value) * ratio;
    const key = [window.values, pins, ...steps, wordWidth, ratio, scale, colors];
    layer.update(key, width, height, (lines) => {
      for (const { cell, color } of pins) {
        const style = { color: color ?? colors.second, alpha: 1, width: LINE_WIDTH * ratio };
        drawLines(lines, window, [cell], { steps, stepWidth: wordWidth * ratio, toPixel }, style);
      }
    });
    const left = view.labelWidth.value + (steps[0] - first) * wordWidth;
    context.drawImage(layer.canvas, left, 0, width / ratio, height / ratio);
  };
}

/** A click with Alt, or the key P, pins the cell whose line is under the pointer. */
export function pinHovered(plot: HTMLElement, model: Model, view: ViewState): () => void {
  const pin = (event: Event) => {
    const cell = view.hoveredCell.peek();
    if (cell === null) return;
    event.preventDefault();
    togglePin(model, cell);
  };
  return all(
    listen(plot, "click", (event) => {
      if (event.altKey) pin(event);
    }),
    listen(plot, "keydown", (event) => {
      if (event.target === plot && event.key.toLowerCase() === "p" && !hasModifier(event)) pin(event);
    }),
  );
}
