import { all, create, listen, pool, setAttribute, setText } from "../../shared/dom";
import { onDrag } from "../../shared/drag";
import { drawOnFrame } from "../../shared/frame";
import { hasModifier } from "../../shared/keys";
import { needsPython } from "../../shared/needs_python";
import { clamp } from "../../shared/numbers";
import { placeIn } from "../../shared/place";
import type { Model } from "../model";
import { drawnSelection } from "../ranges/change_ranges";
import { inSight, isSame } from "../ranges/selected_ranges";
import { extentInSight, stepAt } from "../time/layout";
import type { Range } from "../time/ranges";
import type { ViewState } from "../view_state";
import { moveSelection } from "./move_selection";

const LABEL_ROOM = 24;

/** The on/off pattern: on over the selection, whose bar can be moved, and off for some steps before and after it. */
export function mountPattern(host: HTMLElement, model: Model, view: ViewState): () => void {
  const row = needsPython(create("div", "lv-pattern", { "data-part": "pattern" }), "undraggable");
  const bars = {
    before: create("div", "lv-bar lv-off"),
    on: create("div", "lv-bar lv-on"),
    after: create("div", "lv-bar lv-off"),
  };
  const before = createHandle("off-before", "steps off before the selection");
  const after = createHandle("off-after", "steps off after the selection");
  const others = create("div", "lv-other-patterns", { "aria-hidden": "true" });
  row.append(others, bars.before, bars.on, bars.after, before, after);
  host.append(row);

  return all(
    drawOnFrame(() => {
      const selection = drawnSelection(model, view);
      const [start, stop] = selection ?? [0, 0];
      drawOthers(others, selection, model, view);
      const from = start - model.off_before.value;
      const to = stop + model.off_after.value;
      placeBar(bars.before, from, start, "off", model, view);
      placeBar(bars.on, start, stop, "on", model, view);
      placeBar(bars.after, stop, to, "off", model, view);
      const [low, high] = view.selectionBounds.value;
      placeHandle(before, selection ? from : null, model.off_before.value, start - low, model, view);
      placeHandle(after, selection ? to : null, model.off_after.value, high - stop, model, view);
    }),
    moveSelection(bars.on, row, model, view),
    moveHandle(before, row, "off_before", model, view),
    moveHandle(after, row, "off_after", model, view),
    () => row.remove(),
  );
}

function createHandle(part: string, label: string): HTMLElement {
  const handle = create("div", "lv-handle", {
    "data-part": part,
    role: "slider",
    tabindex: "0",
    title: `drag outward: ${label}`,
    "aria-label": label,
    "aria-valuemin": "0",
  });
  return needsPython(handle, "unreachable");
}

/** Draw the pattern at the selected ranges in sight but the current one. */
function drawOthers(host: HTMLElement, current: Range | null, model: Model, view: ViewState): void {
  const [before, after] = [model.off_before.value, model.off_after.value];
  const [first, end] = view.visible.value;
  const there = inSight(view.ranges.value, [first - after, end + before]);
  const bars = there
    .filter((range) => !isSame(range, current))
    .flatMap(([start, stop]) => [
      { from: start - before, to: start, look: "lv-off" },
      { from: start, to: stop, look: "lv-on" },
      { from: stop, to: stop + after, look: "lv-off" },
    ]);
  pool(host, bars.length, () => create("div", "lv-bar")).forEach((bar, i) => {
    const { from, to, look } = bars[i] as (typeof bars)[number];
    bar.className = `lv-bar ${look} lv-other-bar`;
    placeBar(bar, from, to, "", model, view);
  });
}

function placeBar(
  bar: HTMLElement,
  from: number,
  to: number,
  text: string,
  model: Model,
  view: ViewState,
): void {
  const extent = extentInSight([from, to], view.visible.value, model.word_width.value, 1);
  bar.hidden = extent === null;
  if (!extent) return;
  bar.style.left = `${extent.left}px`;
  bar.style.width = `${extent.width}px`;
  setText(bar, extent.width >= LABEL_ROOM ? text : "");
}

function placeHandle(
  handle: HTMLElement,
  step: number | null,
  value: number,
  most: number,
  model: Model,
  view: ViewState,
): void {
  const [first, end] = view.visible.value;
  handle.hidden = step === null || step < first || step > end;
  if (step !== null) handle.style.left = `${(step - first) * model.word_width.value}px`;
  setAttribute(handle, "aria-valuenow", String(value));
  setAttribute(handle, "aria-valuemax", String(Math.max(most, value)));
}

/** A handle is moved by dragging or with the arrow keys; outward, more steps are off. */
export function moveHandle(
  handle: HTMLElement,
  row: HTMLElement,
  name: "off_before" | "off_after",
  model: Model,
  view: ViewState,
): () => void {
  /** Set how many steps are off, at most to the end of the selection's sequence. */
  const setOff = (count: number) => {
    const selection = model.selection.peek();
    if (!selection) return;
    const [low, high] = view.selectionBounds.peek();
    const most = name === "off_before" ? selection[0] - low : high - selection[1];
    model.set(name, clamp(count, 0, most));
  };
  const drag = onDrag(handle, () => {
    handle.focus({ preventScroll: true });
    const value = model[name].peek();
    const release = model.hold(name);
    return {
      move: (event) => {
        const [start, stop] = model.selection.peek() ?? [0, 0];
        // Plus half a step, so that the handle goes to the nearest border between two words.
        const x = placeIn(row, event)[0] + model.word_width.peek() / 2;
        const border = stepAt(x, view.first.peek(), model.word_width.peek());
        setOff(name === "off_before" ? start - border : border - stop);
      },
      end: release,
      cancel: () => {
        model.set(name, value);
        release();
      },
    };
  });
  const keys = listen(handle, "keydown", (event) => {
    const outward = name === "off_before" ? "ArrowLeft" : "ArrowRight";
    const inward = name === "off_before" ? "ArrowRight" : "ArrowLeft";
    const counts: Record<string, number> = { [outward]: 1, ArrowUp: 1, [inward]: -1, ArrowDown: -1 };
    const count = counts[event.key];
    if (hasModifier(event) || (count === undefined && event.key !== "Home")) return;
    event.preventDefault();
    setOff(count === undefined ? 0 : model[name].peek() + count);
  });
  return all(drag, keys);
}
