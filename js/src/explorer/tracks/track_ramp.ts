import { sized } from "../../shared/canvas";
import { create } from "../../shared/dom";
import type { Colors } from "../../shared/theme";
import type { Track } from "./track";
import { rampRange, rampTone, type Tone } from "./track_colors";
import type { TrackDrawing } from "./track_row";

const HEIGHT = 12;
const BINARY_HEIGHT = 8;
/** Narrower steps stand without gaps. */
const GAP_FROM = 4;

/** The values as one strip of colours; nothing is drawn where there is no value. */
export function drawRamp({ strip, track, model, view, light }: TrackDrawing): void {
  const window = model._window.value;
  const shown = window?.tracks.get(track.name);
  const values = shown?.kind === "continuous" ? shown.values : null;
  const [first, end] = view.visible.value;
  const width = model.word_width.value;
  const ratio = view.pixelRatio.value;
  const colors = view.colors.value;
  const height = rampHeight(track);
  const gap = width >= GAP_FROM ? 1 : 0;
  const canvas = strip.querySelector("canvas") ?? create("canvas", "lv-ramp");
  if (!canvas.parentNode) strip.append(canvas);
  const span = (end - first) * width;
  canvas.style.width = `${span}px`;
  canvas.style.height = `${height}px`;
  const context = sized(canvas, Math.round(span * ratio), Math.round(height * ratio));
  if (!window || !values) return;
  const range = rampRange(track);
  for (let step = first; step < end; step++) {
    const tone = rampTone(values[step - window.start] ?? Number.NaN, range);
    if (!tone) continue;
    const left = Math.round((step - first) * width * ratio);
    const right = Math.round(((step - first + 1) * width - gap) * ratio);
    const fill = (color: string, alpha: number) => {
      context.globalAlpha = alpha;
      context.fillStyle = color;
      context.fillRect(left, 0, right - left, canvas.height);
    };
    fill(colors.rampZero, light(step));
    fill(canvasColor(tone, colors), tone.amount * light(step));
  }
}

export function rampHeight(track: Track): number {
  return track.binary ? BINARY_HEIGHT : HEIGHT;
}

export function canvasColor(tone: Tone, colors: Colors): string {
  if (tone.name === "ramp") return colors.ramp;
  return tone.name === "ramp-below" ? colors.rampBelow : colors.rampAbove;
}
