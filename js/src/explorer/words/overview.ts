import { sized } from "../../shared/canvas";
import { all, create, listen, setAttribute } from "../../shared/dom";
import { onDrag } from "../../shared/drag";
import { drawOnFrame } from "../../shared/frame";
import { hasModifier } from "../../shared/keys";
import { clamp } from "../../shared/numbers";
import { shareAcross } from "../../shared/place";
import { formatCount } from "../../shared/text";
import type { Model } from "../model";
import { drawnSelection } from "../ranges/change_ranges";
import { coveredPixels } from "../ranges/selected_ranges";
import { type Extent, pageLength, positionAfter, smallMove } from "../time/layout";
import type { Range } from "../time/ranges";
import { startMarks } from "../time/starts";
import type { ViewState } from "../view_state";

const HEIGHT = 14;
/** Least width of the window, so that it can be seen and dragged. */
const LEAST_WINDOW = 8;
/** Opacity of the pixels with the most matches, and least opacity of one with a match. */
const MATCH_ALPHA: Range = [0.3, 0.9];

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
  const known = { range: [0, steps] as const, starts: model._sequence_starts.value };
  const { pixels: starts, every } = startMarks(known, [0, steps], (step) => step * pixels);
  if (every === 1) for (const pixel of starts) mark(colors.edge, pixel / pixels, pixel / pixels, 0, HEIGHT);
  const ranges = view.ranges.value;
  for (const [from, to] of coveredPixels(ranges, pixels, 2))
    mark(colors.wash, from / pixels, to / pixels, 0, HEIGHT);
  const { start, stop } = model.matches.value;
  const strengths = matchStrengths(start, stop, pixels * ratio, Math.round(width * ratio));
  strengths.forEach((strength, pixel) => {
    if (strength === 0) return;
    context.globalAlpha = strength;
    context.fillStyle = colors.selected;
    context.fillRect(pixel / ratio, 2, 1 / ratio, HEIGHT - 4);
  });
  context.globalAlpha = 1;
  for (const [from, to] of model._find_hits.value?.ranges ?? [])
    mark(colors.second, from, to, HEIGHT - 4, HEIGHT);
  // With many ranges the matches have to be seen between them.
  for (const [from, to] of coveredPixels(ranges, pixels, 1))
    mark(colors.selected, from / pixels, to / pixels, 0, 2);
  const current = drawnSelection(model, view);
  if (current) mark(colors.selected, current[0], current[1], 0, HEIGHT);
}

/**
 * The opacity of each of `width` pixels, of which a step has `pixels`, by the number of matches there: the more the
 * darker, however many there are in all. A match is at least a pixel wide; 0: there is none.
 */
export function matchStrengths(
  start: ArrayLike<number>,
  stop: ArrayLike<number>,
  pixels: number,
  width: number,
): Float32Array {
  const changes = new Int32Array(width + 1);
  for (let i = 0; i < start.length; i++) {
    const from = clamp(Math.floor((start[i] as number) * pixels), 0, width - 1);
    const to = clamp(Math.round((stop[i] as number) * pixels), from + 1, width);
    changes[from] = (changes[from] as number) + 1;
    changes[to] = (changes[to] as number) - 1;
  }
  const counts = new Int32Array(width);
  let count = 0;
  for (let pixel = 0; pixel < width; pixel++) {
    count += changes[pixel] as number;
    counts[pixel] = count;
  }
  const most = counts.reduce((a, b) => Math.max(a, b), 0);
  const [least, greatest] = MATCH_ALPHA;
  return Float32Array.from(counts, (here) =>
    here === 0 ? 0 : least + (greatest - least) * Math.sqrt(here / most),
  );
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
