import { type ScaleLinear, scaleLinear } from "d3-scale";
import { clamp } from "../../shared/numbers";
import type { Range } from "./ranges";

export interface ValueScale {
  domain: Range;
  ticks: number[];
  format: (value: number) => string;
  toPixel: (value: number) => number;
  toValue: (pixel: number) => number;
}

const TICKS = 5;

const MOST = Number.MAX_VALUE;
/** d3 subtracts the ends of an axis. Where the difference would be beyond all numbers, the ends are given in these. */
const HUGE_UNIT = 1e300;

/** A value axis that covers both ranges, ends on round numbers, and runs upwards from `bottom` to `top` pixels. */
export function valueScale(layer: Range, shown: Range | null, top: number, bottom: number): ValueScale {
  let low = Math.min(layer[0], shown?.[0] ?? Number.POSITIVE_INFINITY);
  let high = Math.max(layer[1], shown?.[1] ?? Number.NEGATIVE_INFINITY);
  if (!(Number.isFinite(low) && Number.isFinite(high))) [low, high] = [-1, 1];
  if (low === high) {
    const margin = Math.max(0.5, Math.abs(low) / 10);
    [low, high] = [Math.max(low - margin, -MOST), Math.min(high + margin, MOST)];
  }
  return scaleOf([low, high], top, bottom, (scale) => scale.nice(TICKS));
}

/** A value axis that covers exactly `range`. */
export function fixedScale(range: Range, top: number, bottom: number): ValueScale {
  return scaleOf(range, top, bottom, (scale) => scale);
}

type Scale = ScaleLinear<number, number>;

function scaleOf(range: Range, top: number, bottom: number, finished: (scale: Scale) => Scale): ValueScale {
  const unit = Math.max(-range[0], range[1]) > MOST / 4 ? HUGE_UNIT : 1;
  const scale = finished(scaleLinear([range[0] / unit, range[1] / unit], [bottom, top]));
  const [from, to] = scale.domain().map((end) => clamp(end * unit, -MOST, MOST)) as [number, number];
  const ticks = scale
    .ticks(TICKS)
    .map((tick) => tick * unit)
    .filter((tick) => tick >= from && tick <= to);
  // Of halves, as the whole may be too much. Halving is exact.
  const rise = clamp((top - bottom) / (to / 2 - from / 2), -MOST, MOST);
  return {
    domain: [from, to],
    ticks,
    format: tickFormat(ticks, scale),
    // Many times faster than `scale`, with the same result: every value in sight goes through it.
    toPixel: (value) => bottom + (value / 2 - from / 2) * rise,
    toValue: (pixel) => {
      const share = (pixel - bottom) / (top - bottom);
      return from * (1 - share) + to * share;
    },
  };
}

const LONG = 1e7;

/** The texts of ticks. Beside the axis there is no room for many zeros. */
function tickFormat(ticks: readonly number[], scale: Scale): (value: number) => string {
  const short = (value: number) =>
    value === 0 ? "0" : Number(value.toPrecision(4)).toExponential().replace("e+", "e").replaceAll("-", "−");
  const isLong = ticks.some((tick) => Math.abs(tick) >= LONG);
  const isClear = new Set(ticks.map(short)).size === ticks.length;
  return isLong && isClear ? short : scale.tickFormat(TICKS);
}

/** Least and greatest finite value, or null where there is none. */
export function finiteExtent(values: ArrayLike<number>): Range | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value < low && value !== Number.NEGATIVE_INFINITY) low = value;
    if (value > high && value !== Number.POSITIVE_INFINITY) high = value;
  }
  return low <= high ? [low, high] : null;
}
