import { createLayer, type Layer, sized } from "../../shared/canvas";
import { sureness } from "../../shared/classes";
import { create } from "../../shared/dom";
import type { Colors } from "../../shared/theme";
import { hasLabels, type Track } from "../../shared/track";
import { type Columns, columnsIn, stepsOfColumn, type TrackColumns } from "../time/columns";
import { labelMix, rampRange, scoreStrength } from "./track_colors";
import { type Fill, rampFills, rampHeight } from "./track_ramp";
import type { TrackDrawing } from "./track_row";
import { fillStacks, hasShares, stacks } from "./track_shares";

const LABEL_HEIGHT = 17;
const SCORE_HEIGHT = 12;
/** Opacity for the highest score. */
const SCORE_ALPHA = 0.6;
/** Heights of stacks. They fit in rows as high as those of single steps, so that zooming moves nothing. */
const STACK_HEIGHTS = { categorical: 21, continuous: 16, binary: 10, "top-k": 18, output: 21 };

/**
 * Gives what draws a track where steps share columns: a stack of what the steps of each column have; or, of single
 * steps, the colour of its label, number or score.
 */
export function createTrackColumns(): (drawing: TrackDrawing) => void {
  const layer = createLayer();
  return (drawing) => {
    const { track, view } = drawing;
    const columns = view.columns.value;
    const shown = columns?.tracks.get(track.name);
    if (!columns || !shown || !hasShares(shown)) drawSteps(drawing, columns, shown);
    else drawStacks(drawing, layer, columns, shown);
  };
}

function drawStacks(drawing: TrackDrawing, layer: Layer, columns: Columns, shown: TrackColumns): void {
  const { track, model, view, light } = drawing;
  const height = STACK_HEIGHTS[track.binary ? "binary" : track.kind];
  const context = overStrip(drawing, height);
  const count = columns.lowest.length;
  const ratio = view.pixelRatio.value;
  const rows = Math.round(height * ratio);
  const colors = view.colors.value;
  const dims = model.dim_tracks.value ? view.envelopes.value : null;
  layer.update([shown, columns, track, colors, dims], count, rows, (image) => {
    const pixels = image.createImageData(count, rows);
    const stackOf = stacks(track, shown, colors);
    const steps = (column: number) => stepsOfColumn(columns, column);
    fillStacks(
      pixels.data,
      count,
      (column) => stackOf(column, steps(column)[1] - steps(column)[0]),
      (column) => light(steps(column)[0]) * surenessOf(track, shown, column),
    );
    image.putImageData(pixels, 0, 0);
  });
  const width = model.word_width.value * ratio;
  const left = (columns.start - view.first.value) * width;
  context.drawImage(layer.canvas, left, 0, count * columns.stride * width, rows);
}

/** The context of a canvas over the steps in sight, in device pixels. */
function overStrip({ strip, model, view }: TrackDrawing, height: number): CanvasRenderingContext2D {
  const [first, end] = view.visible.value;
  const ratio = view.pixelRatio.value;
  const canvas = strip.querySelector("canvas") ?? create("canvas", "lv-ramp");
  if (!canvas.parentNode) strip.append(canvas);
  const span = (end - first) * model.word_width.value;
  canvas.style.width = `${span}px`;
  canvas.style.height = `${height}px`;
  return sized(canvas, Math.round(span * ratio), Math.round(height * ratio));
}

/** Draw the colours of the most frequent labels, of means, or of scores. */
function drawSteps(drawing: TrackDrawing, columns: Columns | null, shown: TrackColumns | undefined): void {
  const { track, model, view, light } = drawing;
  const [first, end] = view.visible.value;
  const stepWidth = model.word_width.value;
  const ratio = view.pixelRatio.value;
  const colors = view.colors.value;
  const height = hasLabels(track) ? LABEL_HEIGHT : track.kind === "top-k" ? SCORE_HEIGHT : rampHeight(track);
  const context = overStrip(drawing, height);
  if (!columns || !shown) return;
  const gap = stepWidth >= 4 ? 1 : 0;
  const [from, to] = columnsIn(columns, [first, end]);
  for (let column = from; column < to; column++) {
    const [start, stop] = stepsOfColumn(columns, column);
    const left = Math.round(Math.max(0, start - first) * stepWidth * ratio);
    const right = Math.round(((stop - first) * stepWidth - gap) * ratio);
    const strength = light(start) * surenessOf(track, shown, column);
    for (const { color, alpha } of columnFills(track, shown, column, strength, colors)) {
      context.globalAlpha = alpha;
      context.fillStyle = color;
      context.fillRect(left, 0, right - left, Math.round(height * ratio));
    }
  }
}

/** How strong the colours of a column are: less where an output track is unsure. */
function surenessOf(track: Track, shown: TrackColumns, column: number): number {
  return shown.kind === "output" ? sureness(shown.confidence[column], track) : 1;
}

/** The fills for a column of a track: by its label, its mean, or its score. */
export function columnFills(
  track: Track,
  shown: TrackColumns,
  column: number,
  light: number,
  colors: Colors,
): Fill[] {
  if (hasLabels(shown)) {
    const mix = labelMix(shown.codes[column] as number, colors);
    return mix ? [{ color: mix.color, alpha: mix.amount * light }] : [];
  }
  if (shown.kind === "continuous") {
    return rampFills(shown.values[column] as number, rampRange(track), light, colors);
  }
  const score = shown.scores[column] as number;
  if (Number.isNaN(score)) return [];
  return [
    { color: colors.word, alpha: 1 },
    { color: colors.line, alpha: SCORE_ALPHA * scoreStrength(score, track.range ?? null) * light },
  ];
}
