import { sized } from "../../shared/canvas";
import { create } from "../../shared/dom";
import type { Colors } from "../../shared/theme";
import type { Track } from "../../shared/track";
import type { Range } from "../time/ranges";
import { rampRange, rampTone } from "./track_colors";
import type { TrackDrawing } from "./track_row";

const HEIGHT = 12;
const BINARY_HEIGHT = 8;
/** Narrower steps have no gaps. */
const GAP_FROM = 4;

/** Draw the values as a strip of colours. Where there is no value nothing is drawn. */
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
    const value = values[step - window.start] ?? Number.NaN;
    const left = Math.round((step - first) * width * ratio);
    const right = Math.round(((step - first + 1) * width - gap) * ratio);
    for (const { color, alpha } of rampFills(value, range, light(step), colors)) {
      context.globalAlpha = alpha;
      context.fillStyle = color;
      context.fillRect(left, 0, right - left, canvas.height);
    }
  }
}

export function rampHeight(track: Track): number {
  return track.binary ? BINARY_HEIGHT : HEIGHT;
}

/** A colour with an opacity, painted over what is there. */
export interface Fill {
  color: string;
  alpha: number;
}

/** The fills for a value of a continuous track, painted over each other. There are none without a value. */
export function rampFills(value: number, range: Range | null, light: number, colors: Colors): Fill[] {
  const tone = rampTone(value, range);
  if (!tone) return [];
  const color = { ramp: colors.ramp, "ramp-below": colors.rampBelow, "ramp-above": colors.rampAbove }[
    tone.name
  ];
  return [
    { color: colors.rampZero, alpha: light },
    { color, alpha: tone.amount * light },
  ];
}
