import { sized } from "../../shared/canvas";
import { create } from "../../shared/dom";
import type { Colors } from "../../shared/theme";
import { columnsIn, stepsOfColumn, type TrackColumns } from "../time/columns";
import type { Track } from "./track";
import { labelMix, rampRange, scoreStrength } from "./track_colors";
import { type Fill, rampFills, rampHeight } from "./track_ramp";
import type { TrackDrawing } from "./track_row";

const LABEL_HEIGHT = 17;
const SCORE_HEIGHT = 12;
/** Opacity for the highest score. */
const SCORE_ALPHA = 0.6;

/** Draw a track where steps share columns: colours of the most frequent labels, of means, or of scores. */
export function drawTrackColumns({ strip, track, model, view, light }: TrackDrawing): void {
  const columns = view.columns.value;
  const shown = columns?.tracks.get(track.name);
  const [first, end] = view.visible.value;
  const stepWidth = model.word_width.value;
  const ratio = view.pixelRatio.value;
  const colors = view.colors.value;
  const height =
    track.kind === "categorical" ? LABEL_HEIGHT : track.kind === "top-k" ? SCORE_HEIGHT : rampHeight(track);
  const canvas = strip.querySelector("canvas") ?? create("canvas", "lv-ramp");
  if (!canvas.parentNode) strip.append(canvas);
  const span = (end - first) * stepWidth;
  canvas.style.width = `${span}px`;
  canvas.style.height = `${height}px`;
  const context = sized(canvas, Math.round(span * ratio), Math.round(height * ratio));
  if (!columns || !shown) return;
  const gap = stepWidth >= 4 ? 1 : 0;
  const [from, to] = columnsIn(columns, [first, end]);
  for (let column = from; column < to; column++) {
    const [start, stop] = stepsOfColumn(columns, column);
    const left = Math.round(Math.max(0, start - first) * stepWidth * ratio);
    const right = Math.round(((stop - first) * stepWidth - gap) * ratio);
    for (const { color, alpha } of columnFills(track, shown, column, light(start), colors)) {
      context.globalAlpha = alpha;
      context.fillStyle = color;
      context.fillRect(left, 0, right - left, canvas.height);
    }
  }
}

/** The fills for a column of a track: by its label, its mean, or its score. */
export function columnFills(
  track: Track,
  shown: TrackColumns,
  column: number,
  light: number,
  colors: Colors,
): Fill[] {
  if (shown.kind === "categorical") {
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
