import { computed, signal } from "@preact/signals-core";
import { createLayer } from "../../shared/canvas";
import { classColor } from "../../shared/classes";
import { all, create, listen, setAttribute, setText } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import { createNumberField } from "../../shared/number_field";
import { placeIn } from "../../shared/place";
import { formatShort, parseFinite, plural, UNFINISHED, visibleToken } from "../../shared/text";
import type { Model } from "../model";
import type { ViewState } from "../view_state";
import { type Columns, columnOf, extentOfColumn, greatestIn, pixelsOf, stepUnder } from "./columns";
import { stepText } from "./facts";
import { countAtLeast, countText, rankText, shareText, thresholdStep } from "./jump_counts";
import { mountJumpLine } from "./jump_line";
import { placeMark } from "./marks";
import type { Scene } from "./scene";
import { pressStepKeys } from "./step_keys";
import type { CurrentWords } from "./words";

/** Height of the bars in pixels, and the room above them. */
const HEIGHT = 64;
const ABOVE = 5;
/** Opacity of bars above the threshold, and of others. */
const [STRONG, PALE] = [1, 0.4];

/** How high a bar is, in pixels, on an axis from 0 to `most`. */
export function barHeight(distance: number, most: number): number {
  return most > 0 && distance >= 0 ? Math.min(1, distance / most) * HEIGHT : 0;
}

/** The distance at `y` pixels from the top of the chart, on an axis from 0 to `most`. */
export function distanceAt(y: number, most: number): number {
  return Math.min(1, Math.max(0, (ABOVE + HEIGHT - y) / HEIGHT)) * most;
}

/** Where the line of a threshold stands, in pixels from the top; at the top where it lies beyond the axis. */
export function lineAt(threshold: number, most: number): number {
  return ABOVE + HEIGHT - barHeight(Math.max(0, threshold), most);
}

/** The greatest number of the axis: the longest jump of the sequence or of the data set; 0 without a jump. */
export function axisMost(distances: Float32Array | null, largest: number | null, ofAll: boolean): number {
  if (ofAll && largest !== null) return largest;
  let most = 0;
  for (const distance of distances ?? []) if (distance > most) most = distance;
  return most;
}

/** How far the state moves from each step to the next, as bars, and a line at the threshold. */
export function mountJumps(host: HTMLElement, scene: Scene, model: Model, view: ViewState): () => void {
  const ofAll = signal(true);
  const most = () =>
    axisMost(model._words.value?.distances ?? null, model._jumps.value?.largest ?? null, ofAll.value);
  const step = () => thresholdStep(most());
  const field = createNumberField({
    part: "jump-threshold-field",
    label: "threshold of jumps",
    format: () => formatShort(model.jump_threshold.value),
    parse: parseFinite,
    apply: (value) => model.set("jump_threshold", value),
    longest: () => formatShort(model.jump_threshold.value),
    refuse: (text) => view.say(`“${text}” is not a number: the threshold of jumps stays as it was.`),
  });
  const count = create("span", "lv-aside", { "data-part": "jump-count" });
  // The number at the end of the axis is the button that changes the axis.
  const top = create("span");
  const extent = create("span");
  const axis = create(
    "button",
    "lvs-plain lvs-axis-top",
    { "data-part": "jump-axis", type: "button" },
    top,
    extent,
  );
  const heading = create("div", "lvs-part-head");
  heading.append(
    create("strong", "", {}, "Jumps of the state"),
    create("label", "lvs-at-least lv-aside", {}, "≥ ", field.element),
    count,
  );
  const chart = create("div", "lvs-chart", {
    "data-part": "jumps",
    "aria-label": "jumps of the state",
    title: "click, or Enter: what the jump was made of; arrow keys move along the steps",
  });
  chart.style.height = `${ABOVE + HEIGHT}px`;
  const layer = createLayer();
  layer.canvas.className = "lvs-canvas";
  const hovered = create("div", "lvs-hovered-bar", { "aria-hidden": "true", hidden: "" });
  const chosen = create("div", "lvs-chosen-bar", { "aria-hidden": "true", hidden: "" });
  chart.append(layer.canvas, chosen, hovered);
  const zero = create("span", "lvs-axis-zero", { "aria-hidden": "true" }, "0");
  const marks = create("div", "lvs-axis", {}, axis, zero);
  const readout = create("div", "lvs-readout lv-aside", { "data-part": "jump-readout" });
  // Beside each other, since a slider has nothing within that takes the focus.
  const box = create("div", "lvs-chart-box", {}, chart);
  const steps = create("div", "lvs-steps", {}, marks, box);
  const part = create("div", "lvs-part", {}, heading, steps, readout);
  host.append(part);

  const shown = () => {
    const [words, columns] = [model._words.value, scene.columns.value];
    if (!words?.distances || !columns || columns.count === 0) return null;
    return { words, distances: words.distances, columns, most: most() };
  };
  const longest = computed(() => {
    const [distances, columns] = [model._words.value?.distances, scene.columns.value];
    return distances && columns ? greatestIn(columns, distances) : null;
  });
  /** The step whose jump is drawn in the column of a step; null where there is none, as at the end. */
  const jumpAt = (at: number | null) => {
    const now = shown();
    const column = now && columnOf(now.columns, at);
    if (!now || column === null) return null;
    const best = longest.value?.[column] ?? -1;
    return best < 0 ? null : best;
  };
  const choose = (at: number | null) => {
    const jump = jumpAt(at);
    if (jump !== null) model.set("jump", jump);
  };
  const keys = pressStepKeys(
    chart,
    {
      columns: () => scene.columns.peek(),
      begin: () => model.jump.peek() ?? model.position.peek(),
      enter: choose,
      say: (at) => {
        const words = model._words.peek();
        return words ? jumpSaid(words, jumpAt(at), at, model) : "";
      },
    },
    view,
  );
  return all(
    drawOnFrame(() => {
      const words = model._words.value;
      part.hidden = words === null;
      const now = shown();
      const single = words !== null && words.end - words.first <= 1;
      steps.hidden = !now || single;
      heading.classList.toggle("lvs-without", steps.hidden);
      setText(count, now && !single ? countSaid(now.distances, model) : "");
      if (!now || single) {
        const pending = model.live.value ? "measuring them…" : UNFINISHED;
        setText(readout, single ? "none: the sequence has a single step" : pending);
        return;
      }
      const { columns } = now;
      const [ratio, colors] = [view.pixelRatio.value, view.colors.value];
      const threshold = model.jump_threshold.value;
      setText(top, formatShort(now.most));
      setText(extent, ofAll.value ? " of all" : " of these");
      const ends = `the axis ends at the longest jump of ${ofAll.value ? "all sequences" : "the steps shown"}`;
      axis.title = `${ends}; click: of ${ofAll.value ? "the steps shown" : "all sequences"}`;
      setAttribute(axis, "aria-label", `${formatShort(now.most)}${extent.textContent}: ${ends}`);
      layer.canvas.style.width = `${columns.span}px`;
      layer.canvas.style.height = `${ABOVE + HEIGHT}px`;
      layer.update(
        [words, columns, colors, ratio, threshold, now.most],
        Math.round(columns.span * ratio),
        Math.round((ABOVE + HEIGHT) * ratio),
        (context) =>
          drawBars(context, { ...now, longest: longest.value as Int32Array }, threshold, ratio, colors),
      );
    }),
    drawOnFrame(() => {
      const now = shown();
      if (!now) return;
      const at = view.hoveredStep.value;
      const jump = jumpAt(at);
      placeBar(hovered, jump, now);
      placeBar(chosen, columnOf(now.columns, model.jump.value) === null ? null : model.jump.value, now);
      const inSight = columnOf(now.columns, at) !== null;
      const here = countText(now.distances, model.jump_threshold.value);
      const all = model._jumps.value ? `, ${shareText(model._jumps.value, model.jump_threshold.value)}` : "";
      const wide = now.columns.stride > 1 ? `longest of ${plural(now.columns.stride, "step")} each · ` : "";
      const single = now.words.end - now.words.first <= 1;
      if (!single)
        setText(readout, inSight ? jumpSaid(now.words, jump, at as number, model) : `${wide}${here}${all}`);
      keys.describe(at ?? model.jump.value ?? model.position.value);
    }),
    mountJumpLine(
      box,
      { most, step, lineAt, distanceAt, pressed: () => choose(view.hoveredStep.peek()) },
      model,
    ),
    listen(axis, "click", () => {
      ofAll.value = !ofAll.value;
    }),
    listen(box, "pointermove", (event) => {
      const now = shown();
      const [x] = placeIn(chart, event);
      const under = now && x <= now.columns.span ? stepUnder(now.columns, x) : null;
      view.hoveredStep.value = now && now.columns.stride > 1 ? (jumpAt(under) ?? under) : under;
    }),
    listen(box, "pointerleave", () => {
      view.hoveredStep.value = null;
    }),
    listen(chart, "click", () => choose(view.hoveredStep.peek())),
    field.dispose,
    keys.dispose,
    () => part.remove(),
  );
}

/** "3 steps of 126": how many jumps of the sequence are above the line. */
function countSaid(distances: Float32Array, model: Model): string {
  const above = countAtLeast(distances, model.jump_threshold.value);
  return plural(above, "step");
}

/** What is said of the jump from a step to the next: both words, how long it is, and how it compares. */
function jumpSaid(words: CurrentWords, jump: number | null, at: number, model: Model): string {
  if (jump === null || !words.distances)
    return `${stepText(at, words.first, words.end)}: no jump after the last`;
  const i = jump - words.start;
  const [before, after] = [words.words[i], words.words[i + 1]].map((word) =>
    word === undefined ? "…" : visibleToken(word),
  );
  return `${before} → ${after} ${rankText(words.distances[i] as number, model._jumps.value)}`;
}

interface Bars {
  columns: Columns;
  distances: Float32Array;
  most: number;
}

function placeBar(bar: HTMLElement, jump: number | null, { columns, distances, most }: Bars): void {
  const column = columnOf(columns, jump);
  placeMark(bar, column === null ? null : extentOfColumn(columns, column), null);
  if (jump === null || column === null) return;
  bar.style.height = `${Math.max(1, barHeight(distances[jump - columns.start] as number, most)).toFixed(2)}px`;
  setAttribute(bar, "data-step", String(jump));
}

function drawBars(
  context: CanvasRenderingContext2D,
  { words, distances, columns, most, longest }: Bars & { words: CurrentWords; longest: Int32Array },
  threshold: number,
  ratio: number,
  colors: ViewState["colors"]["value"],
): void {
  const least = Math.fround(threshold);
  const bottom = Math.round((ABOVE + HEIGHT) * ratio);
  for (let column = 0; column < columns.count; column++) {
    const step = longest[column] as number;
    if (step < 0) continue;
    const distance = distances[step - columns.start] as number;
    const { left, width } = pixelsOf(columns, column, ratio);
    const height = Math.max(1, Math.round(barHeight(distance, most) * ratio));
    // The class that is expected after the jump. Of the last step that is sent the next one's isn't known.
    const code = words.codes?.[step + 1 - words.start] ?? -1;
    context.globalAlpha = distance >= least ? STRONG : PALE;
    context.fillStyle = code < 0 ? colors.line : classColor(code, colors);
    context.fillRect(left, bottom - height, width, height);
  }
}
