import { sized } from "../../shared/canvas";
import { create } from "../../shared/dom";
import { columnsIn, stepsOfColumn } from "../time/columns";
import { labelMix, rampRange, rampTone, scoreStrength } from "./track_colors";
import { canvasColor, rampHeight } from "./track_ramp";
import type { TrackDrawing } from "./track_row";

const LABEL_HEIGHT = 17;
const SCORE_HEIGHT = 12;

/** A track where steps are columns, on one canvas: colours of the most frequent labels, of means, or of scores. */
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
  const range = rampRange(track);
  const gap = stepWidth >= 4 ? 1 : 0;
  const [from, to] = columnsIn(columns, [first, end]);
  for (let column = from; column < to; column++) {
    const [start, stop] = stepsOfColumn(columns, column);
    const left = Math.round(Math.max(0, start - first) * stepWidth * ratio);
    const right = Math.round(((stop - first) * stepWidth - gap) * ratio);
    const fill = (color: string, alpha: number) => {
      context.globalAlpha = alpha;
      context.fillStyle = color;
      context.fillRect(left, 0, right - left, canvas.height);
    };
    if (shown.kind === "categorical") {
      const mix = labelMix(shown.codes[column] as number, colors);
      if (mix) fill(mix.color, mix.amount * light(start));
    } else if (shown.kind === "continuous") {
      const tone = rampTone(shown.values[column] as number, range);
      if (!tone) continue;
      fill(colors.rampZero, light(start));
      fill(canvasColor(tone, colors), tone.amount * light(start));
    } else {
      const score = shown.scores[column] as number;
      if (Number.isNaN(score)) continue;
      fill(colors.word, 1);
      fill(colors.line, 0.6 * scoreStrength(score, track.range ?? null) * light(start));
    }
  }
}
