import { all, listen } from "../../shared/dom";
import { hasModifier } from "../../shared/keys";
import type { Model } from "../model";
import { pageLength, smallMove } from "../time/layout";
import type { ViewState } from "../view_state";

/** Move along time with the keyboard (while the plot has the focus) and with a sideways wheel. */
export function moveAlong(
  plot: HTMLElement,
  wheelTarget: HTMLElement,
  model: Model,
  view: ViewState,
): () => void {
  let rest = 0;
  return all(
    listen(plot, "keydown", (event) => {
      if (event.target !== plot || hasModifier(event)) return;
      const to = keyTarget(event.key, model, view);
      if (to === null) return;
      event.preventDefault();
      view.moveTo(to);
    }),
    listen(
      wheelTarget,
      "wheel",
      (event) => {
        const sideways = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
        const isSideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
        if (!isSideways || sideways === 0 || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        const pixels =
          event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? sideways : sideways * model.word_width.peek();
        // A touchpad sends fractions of a step: they add up.
        rest += pixels / model.word_width.peek();
        const steps = Math.trunc(rest);
        rest -= steps;
        if (steps !== 0) view.moveTo(model.position.peek() + steps);
      },
      { passive: false },
    ),
  );
}

function keyTarget(key: string, model: Model, view: ViewState): number | null {
  const position = model.position.peek();
  const page = pageLength(view.visibleSteps.peek());
  const step = smallMove(model.word_width.peek());
  switch (key) {
    case "ArrowLeft":
      return position - step;
    case "ArrowRight":
      return position + step;
    case "PageUp":
      return position - page;
    case "PageDown":
      return position + page;
    case "Home":
      return 0;
    case "End":
      return model._steps.peek();
    default:
      return null;
  }
}
