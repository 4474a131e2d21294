import { all, create, listen, setAttribute, setText } from "../../shared/dom";
import { onDrag } from "../../shared/drag";
import { drawOnFrame } from "../../shared/frame";
import { arrowCount, hasModifier } from "../../shared/keys";
import { needsPython } from "../../shared/needs_python";
import { clamp, nearestMultiple, nextMultiple } from "../../shared/numbers";
import { placeIn } from "../../shared/place";
import { formatShort, plural } from "../../shared/text";
import type { Model } from "../model";
import type { Range } from "../time/ranges";
import type { ValueScale } from "../time/scale";
import type { ViewState } from "../view_state";
import { cellsAt } from "./threshold_counts";
import { thresholdText } from "./threshold_text";

/** How many characters fit beside the plot. The field in the header has all. */
const BADGE_LENGTH = 7;

/** The dashed red line across the plot. It can be dragged, and moved with the arrow keys. */
export function mountThreshold(plot: HTMLElement, model: Model, view: ViewState): () => void {
  const badge = create("span", "lv-badge", { "aria-hidden": "true" });
  const handle = create("div", "lv-threshold", {
    "data-part": "threshold",
    role: "slider",
    tabindex: "0",
    "aria-label": "threshold",
    "aria-orientation": "vertical",
    title: "threshold: drag it, or use the arrow keys; a cell is on where its value is at least this",
  });
  needsPython(handle, "unreachable").append(badge);
  plot.append(handle);

  const place = () => {
    const { domain, toPixel } = view.scale.value;
    const threshold = model.threshold.value;
    const inside = clamp(threshold, domain[0], domain[1]);
    const text = thresholdText(threshold, model).replace("-", "−");
    const count = cellsAt(model._threshold_counts.value, threshold) ?? model.selected_cells.value.length;
    handle.style.transform = `translateY(${Math.round(toPixel(inside))}px)`;
    setText(badge, badgeText(threshold, text, domain));
    setAttribute(handle, "aria-valuemin", String(domain[0]));
    setAttribute(handle, "aria-valuemax", String(domain[1]));
    setAttribute(handle, "aria-valuenow", String(threshold));
    setAttribute(
      handle,
      "aria-valuetext",
      model.selection.value ? `${text}, ${plural(count, "cell")}` : text,
    );
  };

  return all(drawOnFrame(place), dragThreshold(handle, plot, model, view), pressKeys(handle, model));
}

/** The text of the threshold beside the plot, with an arrow if it lies outside the value axis. */
export function badgeText(threshold: number, text: string, [low, high]: Range): string {
  const arrow = threshold > high ? "↑ " : threshold < low ? "↓ " : "";
  return arrow + (text.length > BADGE_LENGTH ? formatShort(threshold) : text);
}

/** The threshold at `y` pixels on the value axis. */
export function thresholdAt(y: number, { domain, toValue }: ValueScale, step: number): number {
  return nearestMultiple(clamp(toValue(y), ...domain), step);
}

function dragThreshold(handle: HTMLElement, plot: HTMLElement, model: Model, view: ViewState): () => void {
  return onDrag(handle, (down) => {
    down.stopPropagation();
    handle.focus({ preventScroll: true });
    const before = model.threshold.peek();
    const scale = view.scale.peek();
    const release = model.hold("threshold");
    const [, from] = placeIn(plot, down);
    // The line keeps its distance from the pointer.
    const caught = scale.toPixel(clamp(before, ...scale.domain)) - from;
    let moved = false;
    return {
      move: (event) => {
        const [, y] = placeIn(plot, event);
        if (!moved && y === from) return;
        moved = true;
        model.set("threshold", thresholdAt(y + caught, scale, model._threshold_step.peek()));
      },
      end: release,
      cancel: () => {
        model.set("threshold", before);
        release();
      },
    };
  });
}

function pressKeys(handle: HTMLElement, model: Model): () => void {
  return listen(handle, "keydown", (event) => {
    const count = hasModifier(event) ? null : arrowCount(event.key);
    if (count === null) return;
    event.preventDefault();
    event.stopPropagation();
    model.set("threshold", nextMultiple(model.threshold.peek(), model._threshold_step.peek(), count));
  });
}
