import { all, listen } from "../../shared/dom";
import { hasModifier } from "../../shared/keys";
import { scaleOf } from "../../shared/place";
import { sidewaysTurn } from "../../shared/wheel";
import type { Model } from "../model";
import { pageLength, positionAfter, smallMove } from "../time/layout";
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
        const turned = sidewaysTurn(event, model.word_width.peek() * scaleOf(wheelTarget)[0]);
        if (turned === null) return;
        event.preventDefault();
        // A touchpad sends fractions of a step, which add up.
        rest += turned;
        const steps = Math.trunc(rest);
        rest -= steps;
        if (steps !== 0) view.moveTo(view.first.peek() + steps);
      },
      { passive: false },
    ),
  );
}

function keyTarget(key: string, model: Model, view: ViewState): number | null {
  return positionAfter(key, {
    position: view.first.peek(),
    step: smallMove(model.word_width.peek()),
    page: pageLength(view.visibleSteps.peek()),
    steps: model._steps.peek(),
  });
}
