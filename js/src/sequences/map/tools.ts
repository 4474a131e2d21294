import { all, create, listen, setAttribute, setText } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import { needsPython } from "../../shared/needs_python";
import type { Model } from "../model";
import { togglePinned } from "../pinning";
import type { ViewState } from "../view_state";
import { ZOOM, zoomOnStep } from "./keyboard";
import type { MapState } from "./map_state";

/** Buttons in the corner of the map: lasso, pin, zoom, show all. */
export function mountTools(host: HTMLElement, model: Model, view: ViewState, state: MapState): () => void {
  const button = (part: string, text: string, name: string) =>
    create(
      "button",
      "lvs-tool",
      { type: "button", "data-part": part, "aria-label": name, title: name },
      text,
    );
  const lasso = needsPython(
    button("map-lasso", "lasso", "lasso: a drag selects the steps it goes around (Shift-drag)"),
  );
  const pin = needsPython(button("map-pin", "pin", ""));
  const nearer = button("map-zoom-in", "+", "zoom in (+)");
  const farther = button("map-zoom-out", "−", "zoom out (−)");
  const whole = button("map-zoom-all", "all", "show all points (0)");
  host.append(lasso, pin, nearer, farther, whole);
  return all(
    drawOnFrame(() => setAttribute(lasso, "aria-pressed", String(state.lassoing.value))),
    drawOnFrame(() => {
      const sequence = model.sequence.value;
      const isPinned = model.pinned_sequences.value.includes(sequence);
      const name = isPinned ? `unpin sequence ${sequence} (p)` : `pin sequence ${sequence} to the map (p)`;
      setAttribute(pin, "aria-pressed", String(isPinned));
      setAttribute(pin, "aria-label", name);
      pin.title = name;
      setText(pin, isPinned ? "unpin" : "pin");
    }),
    drawOnFrame(() => {
      // Not `disabled`, which would take the focus away.
      setAttribute(whole, "aria-disabled", model.view.value === null ? "true" : null);
    }),
    listen(lasso, "click", () => {
      state.lassoing.value = !state.lassoing.peek();
    }),
    listen(pin, "click", () => togglePinned(model.sequence.peek(), model, view)),
    ...(
      [
        [nearer, ZOOM],
        [farther, 1 / ZOOM],
      ] as const
    ).map(([each, factor]) =>
      listen(each, "click", () => {
        zoomOnStep(factor, model, view, state);
        model.settle();
      }),
    ),
    listen(whole, "click", () => {
      model.set("view", null);
      model.settle();
    }),
  );
}
