import { sized } from "../../shared/canvas";
import { all, create, listen, setAttribute } from "../../shared/dom";
import { onDrag } from "../../shared/drag";
import { drawOnFrame } from "../../shared/frame";
import { hasModifier } from "../../shared/keys";
import { clamp } from "../../shared/numbers";
import { shareAcross } from "../../shared/place";
import { formatCount } from "../../shared/text";
import type { Model } from "../model";
import { type Extent, pageLength, positionAfter, smallMove } from "../time/layout";
import type { Range } from "../time/ranges";
import type { ViewState } from "../view_state";

const HEIGHT = 14;
/** Least width of the window, so that it can be seen and dragged. */
const LEAST_WINDOW = 8;
/** Sequences shorter than this on average are not drawn: one would see nothing but their ends. */
const LEAST_SEQUENCE = 5;

/** A strip that stands for all steps, with the matches, the hits, and a window over the steps in view. */
export function mountOverview(host: HTMLElement, model: Model, view: ViewState): () => void {
  const strip = create("div", "lv-overview", {
    "data-part": "overview",
    role: "slider",
    tabindex: "0",
    "aria-label": "steps in view, in all steps",
    title: "all steps: matches in blue, hits of the search below; drag the window to move",
    "aria-orientation": "horizontal",
    "aria-valuemin": "0",
  });
  const canvas = create("canvas", "lv-overview-canvas", { "aria-hidden": "true" });
  const seen = create("div", "lv-overview-window", { "data-part": "overview-window" });
  strip.append(canvas, seen);
  host.append(strip);
  return all(
    drawOnFrame(() => draw(canvas, model, view)),
    drawOnFrame(() => placeWindow(strip, seen, model, view)),
    dragWindow(strip, model, view),
    pressStripKeys(strip, model, view),
    () => strip.remove(),
  );
}

function draw(canvas: HTMLCanvasElement, model: Model, view: ViewState): void {
  const width = view.width.value;
  const steps = model._steps.value;
  if (width <= 0 || steps <= 0) return;
  const ratio = view.pixelRatio.value;
  const colors = view.colors.value;
  canvas.style.width = `${width}px`;
  const context = sized(canvas, Math.round(width * ratio), Math.round(HEIGHT * ratio));
  context.scale(ratio, ratio);
  const pixels = width / steps;
  const mark = (color: string, from: number, to: number, top: number, bottom: number) => {
    context.fillStyle = color;
    const left = clamp(from * pixels, 0, width - 1);
    context.fillRect(left, top, Math.max((to - from) * pixels, 1), bottom - top);
  };
  mark(colors.word, 0, steps, 0, HEIGHT);
  const starts = model._sequence_starts.value;
  if (starts.length * LEAST_SEQUENCE <= width) {
    for (const start of starts) if (start > 0) mark(colors.edge, start, start, 0, HEIGHT);
  }
  const selection = model.selection.value;
  if (selection)
    mark(colors.wash, selection[0], Math.max(selection[1], selection[0] + 2 / pixels), 0, HEIGHT);
  // Pixels with several matches get darker.
  context.globalAlpha = 0.7;
  const { start, stop } = model.matches.value;
  start.forEach((from, i) => {
    mark(colors.selected, from, stop[i] as number, 2, HEIGHT - 2);
  });
  context.globalAlpha = 1;
  for (const [from, to] of model._find_hits.value?.ranges ?? [])
    mark(colors.second, from, to, HEIGHT - 4, HEIGHT);
  if (selection) mark(colors.selected, selection[0], selection[1], 0, HEIGHT);
}

function placeWindow(strip: HTMLElement, seen: HTMLElement, model: Model, view: ViewState): void {
  const steps = Math.max(1, model._steps.value);
  const width = view.width.value;
  const [first, end] = view.visible.value;
  const extent = windowExtent([first, end], steps, width);
  seen.style.transform = `translateX(${extent.left}px)`;
  seen.style.width = `${extent.width}px`;
  setAttribute(strip, "aria-valuemax", String(Math.max(0, steps - (end - first))));
  setAttribute(strip, "aria-valuenow", String(first));
  setAttribute(
    strip,
    "aria-valuetext",
    `steps ${formatCount(first)} to ${formatCount(end - 1)} of ${formatCount(steps)}`,
  );
}

/** Where the steps in view lie in a strip of this width, which stands for all steps. */
export function windowExtent([first, end]: Range, steps: number, width: number): Extent {
  const length = Math.max(LEAST_WINDOW, ((end - first) / steps) * width);
  // A window with the least width ends where the strip does when the last steps are in view.
  const left = clamp(((first + end) / 2 / steps) * width - length / 2, 0, width - length);
  return { left, width: length };
}

/** A drag on the window moves it from where it is. A press elsewhere brings it to the pointer first. */
export function dragWindow(strip: HTMLElement, model: Model, view: ViewState): () => void {
  return onDrag(strip, (down) => {
    strip.focus({ preventScroll: true });
    const before = view.first.peek();
    const release = model.hold("position");
    const stepAt = (event: PointerEvent) => shareAcross(strip, event) * model._steps.peek();
    const visible = view.visibleSteps.peek();
    const caught = (down.target as Element).matches(".lv-overview-window")
      ? stepAt(down) - before
      : visible / 2;
    const follow = (event: PointerEvent) => view.moveTo(Math.round(stepAt(event) - caught));
    follow(down);
    return {
      move: follow,
      end: release,
      cancel: () => {
        view.moveTo(before);
        release();
      },
    };
  });
}

export function pressStripKeys(strip: HTMLElement, model: Model, view: ViewState): () => void {
  return listen(strip, "keydown", (event) => {
    if (hasModifier(event)) return;
    // As with any slider, up means forward and down means back.
    const key = { ArrowUp: "ArrowRight", ArrowDown: "ArrowLeft" }[event.key] ?? event.key;
    const to = positionAfter(key, {
      position: view.first.peek(),
      step: smallMove(model.word_width.peek()),
      page: pageLength(view.visibleSteps.peek()),
      steps: model._steps.peek(),
    });
    if (to === null) return;
    event.preventDefault();
    view.moveTo(to);
  });
}
