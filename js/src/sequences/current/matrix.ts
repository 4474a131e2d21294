import { createLayer } from "../../shared/canvas";
import { classColor, classFill, classRows, rowOfClass } from "../../shared/classes";
import { all, create, listen, pool, setAttribute, setText } from "../../shared/dom";
import { shortenedInside, textWidth } from "../../shared/fit_text";
import { drawOnFrame } from "../../shared/frame";
import { LABEL_COLORS } from "../../shared/label_colors";
import { placeIn } from "../../shared/place";
import { formatValue, plural, visibleToken } from "../../shared/text";
import type { Track } from "../../shared/track";
import type { Model } from "../model";
import type { ViewState } from "../view_state";
import {
  type Columns,
  columnOf,
  extentOf,
  extentOfColumn,
  meansIn,
  mostFrequentIn,
  pixelsOf,
  stepUnder,
} from "./columns";
import { stepText } from "./facts";
import { placeMark } from "./marks";
import { MARK_ROOM, NAME_SIZE, type Scene } from "./scene";
import { pressStepKeys } from "./step_keys";
import { wordLabel } from "./word_flow";
import type { CurrentWords } from "./words";

/** Heights of the row of a class in pixels: of a few classes, and of many. */
const [HIGH_ROW, LOW_ROW] = [14, 11];
const FEW_ROWS = 6;
/** Gap above the row of the likeliest class. */
const GAP = 4;

/** Where the rows of the matrix are. */
export interface Rows {
  count: number;
  height: number;
  /** The upper edge of the row of the likeliest class. */
  likeliest: number;
  /** Height of all. */
  total: number;
}

export function rowsFor(count: number): Rows {
  const height = count <= FEW_ROWS ? HIGH_ROW : LOW_ROW;
  const likeliest = count * height + GAP;
  return { count, height, likeliest, total: likeliest + height };
}

/** The number of the row at `y` pixels: `rows.count` for that of the likeliest class, null between them. */
export function rowUnder({ count, height, likeliest }: Rows, y: number): number | null {
  if (y >= likeliest) return count;
  const row = Math.max(0, Math.floor(y / height));
  return row < count ? row : null;
}

/** How probable each class is after each step, and which is the likeliest. */
export function mountMatrix(host: HTMLElement, scene: Scene, model: Model, view: ViewState): () => void {
  const said = create("span", "lv-aside lvs-said", { "data-part": "class-matrix-readout" });
  const names = create("div", "lvs-names", { "data-part": "class-matrix-names" });
  const chart = create("div", "lvs-chart", {
    "data-part": "class-matrix",
    "aria-label": "expected class by step",
    title: "click: go to this step; arrow keys move along the steps, Enter goes there",
  });
  const layer = createLayer();
  layer.canvas.className = "lvs-canvas";
  const mark = (className: string) => create("div", className, { "aria-hidden": "true", hidden: "" });
  const selected = mark("lvs-band");
  const column = mark("lvs-column");
  const row = mark("lvs-class-row");
  const position = mark("lvs-position-tick");
  chart.append(layer.canvas, selected, row, column, position);
  const part = create(
    "div",
    "lvs-part",
    {},
    create("div", "lvs-part-head", {}, create("strong", "", {}, "Expected class"), said),
    create("div", "lvs-steps", {}, names, chart),
  );
  host.append(part);
  const shown = () => {
    const [words, output, columns] = [model._words.value, model._output.value, scene.columns.value];
    return words?.codes && output && columns && columns.count > 0
      ? { words, output, columns, rows: rowsFor(classRows(output).length) }
      : null;
  };
  const keys = pressStepKeys(
    chart,
    {
      columns: () => scene.columns.peek(),
      begin: () => model.position.peek(),
      enter: (step) => model.set("position", step),
      say: (step) => {
        const words = model._words.peek();
        return words ? `${stepText(step, words.first, words.end)}: ${wordLabel(words, step, view)}` : "";
      },
    },
    view,
  );
  const leave = () => {
    view.hoveredStep.value = null;
    view.hoveredClass.value = null;
  };
  const point = (event: PointerEvent) => {
    const now = shown();
    if (!now) return;
    const [x, y] = placeIn(chart, event);
    view.hoveredStep.value = x <= now.columns.span ? stepUnder(now.columns, x) : null;
    const under = rowUnder(now.rows, y);
    view.hoveredClass.value = under === null ? null : placeOfRow(now.output, under);
  };
  return all(
    drawOnFrame(() => {
      const now = shown();
      part.hidden = now === null;
      if (!now) return;
      const { words, output, columns, rows } = now;
      const [ratio, colors] = [view.pixelRatio.value, view.colors.value];
      const target = model._sequences.value?.target?.[words.sequence] ?? -1;
      chart.style.height = `${rows.total}px`;
      layer.canvas.style.width = `${columns.span}px`;
      layer.canvas.style.height = `${rows.total}px`;
      layer.update(
        [words, output, columns, colors, ratio, target],
        Math.round(columns.span * ratio),
        Math.round(rows.total * ratio),
        (context) => drawMatrix(context, { words, output, columns, rows, target, ratio, colors }),
      );
    }),
    drawOnFrame(() => {
      const now = shown();
      if (now) drawNames(names, now.output, now.rows, now.words, scene, model, view);
    }),
    drawOnFrame(() => {
      const now = shown();
      if (!now) return;
      const { columns, rows, words } = now;
      placeMark(selected, model.selection.value && extentOf(columns, model.selection.value), rows.total);
      const at = columnOf(columns, model.position.value);
      placeMark(position, at === null ? null : extentOfColumn(columns, at), null);
      const step = view.hoveredStep.value;
      const hovered = columnOf(columns, step);
      placeMark(column, hovered === null ? null : extentOfColumn(columns, hovered), rows.total);
      const hoveredRow =
        view.hoveredClass.value === null ? -1 : rowOfClass(now.output, view.hoveredClass.value);
      row.hidden = hoveredRow < 0;
      row.style.cssText = `top:${hoveredRow * rows.height}px;height:${rows.height - 1}px;width:${columns.span}px`;
      setText(
        said,
        hovered === null || step === null
          ? columns.stride === 1
            ? "by step"
            : `mean of ${plural(columns.stride, "step")} each`
          : matrixText(words, step, view.hoveredClass.value, view),
      );
      keys.describe(step ?? model.position.value);
    }),
    listen(chart, "pointermove", point),
    listen(chart, "pointerleave", leave),
    listen(chart, "click", () => {
      const step = view.hoveredStep.peek();
      if (step !== null) model.set("position", step);
    }),
    listen(names, "pointerover", (event) => {
      const name = (event.target as Element).closest<HTMLElement>("[data-place]");
      view.hoveredClass.value = name ? Number(name.dataset.place) : null;
    }),
    listen(names, "pointerleave", () => {
      view.hoveredClass.value = null;
    }),
    keys.dispose,
    () => part.remove(),
  );
}

/** The place of the class in a row; null for the likeliest class's row and for that of all others. */
export function placeOfRow(output: Track, row: number): number | null {
  const place = classRows(output)[row]?.place;
  if (place === undefined || (place === LABEL_COLORS && (output.classes ?? 0) > LABEL_COLORS + 1))
    return null;
  return place;
}

/** What is said of a step: its word, the expected class, and the probability of the class that is pointed at. */
export function matrixText(
  words: CurrentWords,
  step: number,
  place: number | null,
  view: Pick<ViewState, "className">,
): string {
  const text = wordLabel(words, step, view);
  const { probabilities, words: tokens } = words;
  const width = probabilities ? probabilities.length / tokens.length : 0;
  if (place === null || !probabilities || place >= width) return text;
  const value = probabilities[(step - words.start) * width + place] as number;
  return `${text}; p(${view.className.value(place)}) ${formatValue(value)}`;
}

interface Drawing {
  words: CurrentWords;
  output: Track;
  columns: Columns;
  rows: Rows;
  target: number;
  ratio: number;
  colors: ViewState["colors"]["value"];
}

function drawMatrix(context: CanvasRenderingContext2D, drawing: Drawing): void {
  const { words, output, columns, rows, target, ratio, colors } = drawing;
  const width = words.probabilities ? words.probabilities.length / words.words.length : 0;
  const means = words.probabilities && meansIn(columns, words.probabilities, width);
  const sure = words.confidence && meansIn(columns, words.confidence, 1);
  const codes = mostFrequentIn(columns, words.codes as Int32Array);
  const line = Math.max(1, Math.round(ratio));
  const [height, top] = [
    Math.round(rows.height * ratio),
    (row: number) => Math.round(row * rows.height * ratio),
  ];
  const places = classRows(output).map(({ place }) => place);
  for (let column = 0; column < columns.count; column++) {
    const { left, width: wide } = pixelsOf(columns, column, ratio);
    for (const [row, place] of places.entries()) {
      const { color, alpha } = classFill(means?.[column * width + place] ?? Number.NaN, place, colors);
      if (!(alpha > 0)) continue;
      context.globalAlpha = alpha;
      context.fillStyle = color;
      context.fillRect(left, top(row), wide, height - line);
    }
    const code = codes[column] as number;
    if (code < 0) continue;
    context.globalAlpha = classFill(0.25 + 0.75 * (sure?.[column] ?? 1), code, colors).alpha;
    context.fillStyle = classColor(code, colors);
    context.fillRect(left, Math.round(rows.likeliest * ratio), wide, height - line);
  }
  const trueRow = target < 0 ? -1 : rowOfClass(output, target);
  if (trueRow < 0) return;
  context.globalAlpha = 1;
  context.fillStyle = colors.second;
  for (const y of [top(trueRow), top(trueRow) + height - 2 * line]) {
    context.fillRect(0, y, Math.round(columns.span * ratio), line);
  }
}

function drawNames(
  names: HTMLElement,
  output: Track,
  rows: Rows,
  words: CurrentWords,
  scene: Scene,
  model: Model,
  view: ViewState,
): void {
  const found = classRows(output);
  const font = `${NAME_SIZE}px ${view.colors.value.font}`;
  const target = model._sequences.value?.target?.[words.sequence] ?? -1;
  const hovered = view.hoveredClass.value;
  const trueRow = target < 0 ? -1 : rowOfClass(output, target);
  const hoveredRow = hovered === null ? -1 : rowOfClass(output, hovered);
  names.style.setProperty("--row", `${rows.height}px`);
  const room = scene.label.value - MARK_ROOM;
  pool(names, found.length + 1, () =>
    create("div", "lvs-row-name", {}, create("span", "", { dir: "auto" })),
  ).forEach((element, i) => {
    const row = found[i];
    element.classList.toggle("lvs-likeliest", !row);
    element.style.top = `${row ? i * rows.height : rows.likeliest}px`;
    const text = row ? visibleToken(row.name) : "likeliest";
    const place = row ? placeOfRow(output, i) : null;
    setAttribute(element, "data-place", place === null ? null : String(place));
    element.style.setProperty("--class", row ? classColor(row.place, view.colors.value) : null);
    element.classList.toggle("lvs-true", i === trueRow);
    element.classList.toggle("lv-hovered", i === hoveredRow);
    element.title = row
      ? `${text}${i === trueRow ? ": the true class" : ""}`
      : "the class that is most probable";
    setText(
      element.firstElementChild as Element,
      shortenedInside(text, room, (each) => textWidth(each, i === trueRow ? `650 ${font}` : font)),
    );
  });
}
