import { createLayer, type Layer } from "../../shared/canvas";
import type { Model } from "../model";
import { drawnSteps } from "../time/layout";
import { containsRange, type Range } from "../time/ranges";
import type { Window } from "../time/window";
import type { ViewState } from "../view_state";
import { drawLines, type LineStyle } from "./lines";
import { drawThinLines } from "./thin_lines";

/**
 * More selected cells than this are drawn as thin, translucent lines: they show density, and wide lines are much
 * slower.
 */
const BROAD_LINES = 30;

/** Draw all cells as grey lines and the selected ones as blue lines, each kind in a layer of its own. */
export function createCellDrawing(model: Model, view: ViewState) {
  const grey = createLayer();
  const blue = createLayer();
  let kept: GreySteps | null = null;
  return (context: CanvasRenderingContext2D, window: Window): void => {
    const [first] = view.visible.value;
    const ratio = view.pixelRatio.value;
    const wordWidth = model.word_width.value;
    const height = Math.round(view.plotHeight.value * ratio);
    const scale = view.scale.value;
    const colors = view.colors.value;

    const show = (layer: Layer, steps: Range, cells: readonly number[], style: LineStyle): boolean => {
      const width = Math.max(1, Math.round((steps[1] - steps[0]) * wordWidth * ratio));
      const toPixel = (value: number) => scale.toPixel(value) * ratio;
      const key = [window.values, cells, ...steps, wordWidth, ratio, scale, colors];
      const redrawn = layer.update(key, width, height, (lines) => {
        const drawAll = style.width === 1 && cells.length > BROAD_LINES ? drawThinLines : drawLines;
        drawAll(lines, window, cells, { steps, stepWidth: wordWidth * ratio, toPixel }, style);
      });
      const left = view.labelWidth.value + (steps[0] - first) * wordWidth;
      context.drawImage(layer.canvas, left, 0, width / ratio, height / ratio);
      return redrawn;
    };

    const inSight = drawnSteps(window, view.visible.value);
    const every = view.everyCell.value;
    kept = greySteps(kept, window, wordWidth, inSight);
    const greyStyle = { color: colors.line, alpha: greyAlpha(every.length), width: 1 };
    if (show(grey, kept.steps, every, greyStyle)) view.greyRedraws.value = view.greyRedraws.peek() + 1;
    const selected = view.shownCells.value;
    show(blue, inSight, selected, selectedStyle(selected.length, colors.selected, ratio));
  };
}

/** What the grey lines were drawn from, and the steps that they cover. */
interface GreySteps {
  values: Window["values"];
  wordWidth: number;
  steps: Range;
}

/**
 * The steps that the grey lines cover. At first only those in sight, so that they appear soon. Once one moves along
 * time, half a page more on both sides, so that most moves redraw nothing.
 */
export function greySteps(
  kept: GreySteps | null,
  window: Pick<Window, "values" | "start" | "stop">,
  wordWidth: number,
  inSight: Range,
): GreySteps {
  const isSame = kept !== null && kept.values === window.values && kept.wordWidth === wordWidth;
  if (isSame && containsRange(kept.steps, inSight)) return kept;
  const half = isSame ? Math.ceil((inSight[1] - inSight[0]) / 2) : 0;
  const steps = [
    Math.max(window.start, inSight[0] - half),
    Math.min(window.stop, inSight[1] + half),
  ] as const;
  return { values: window.values, wordWidth, steps };
}

/** Opacity of the grey lines. It is lower the more there are, so that one still sees where they are dense. */
export function greyAlpha(cells: number): number {
  return Math.min(0.42, Math.max(0.08, 0.19 * Math.sqrt(200 / cells)));
}

/** Few selected cells stand out as broad lines. */
export function selectedStyle(cells: number, color: string, ratio: number): LineStyle {
  const broad = cells <= BROAD_LINES;
  return {
    color,
    alpha: broad ? 0.95 : Math.max(0.1, 0.5 * Math.sqrt(BROAD_LINES / cells)),
    width: broad ? 1.35 * ratio : 1,
  };
}
