import { firstAtLeast } from "../../shared/lists";
import type { Deliver } from "../../shared/points/draw_points";
import type { DrawingOrder } from "../../shared/points/order";
import {
  FADED,
  HIDDEN,
  LOOK_BYTES,
  NORMAL,
  RAMP_COLOR,
  REST_COLOR,
  SELECTED,
} from "../../shared/points/painter";
import type { SequenceTable } from "../all/sequences";
import type { MapPoints, PointColors } from "./points";

/** All that the look of points depends on, but for what is the same for all of them. */
export interface Looked {
  points: MapPoints;
  colors: PointColors | null;
  table: SequenceTable | null;
  /** 1 for each sequence that passes the filters. */
  passes: Uint8Array;
  fade: string;
  shown: string;
  /** Sorted. */
  selected: Int32Array;
  /** The strength of a class that is as likely as every other, in 255ths: below it, nothing is paler. */
  weakest: number;
}

/** Points that are looked at in a step. */
const POINTS_A_STEP = 25_000;
const NO_CODE = 65535;

/** Tell how points look, in the order in which they are drawn, in steps that are short enough for a frame. */
export function* lookAt(looked: Looked, order: DrawingOrder, deliver: Deliver): Generator<void> {
  const standing = yield* standings(looked);
  const colorOf = colorizer(looked);
  for (let first = 0; first < order.count; first += POINTS_A_STEP) {
    const count = Math.min(POINTS_A_STEP, order.count - first);
    const looks = new Uint8Array(LOOK_BYTES * count);
    for (let i = 0; i < count; i++) {
      const point = order.pointAt(first + i);
      colorOf(point, looks, LOOK_BYTES * i);
      looks[LOOK_BYTES * i + 2] = standing[point] as number;
    }
    deliver(first, looks);
    yield;
  }
}

/** How each point stands among the others. */
export function* standings({
  points,
  table,
  passes,
  fade,
  shown,
  selected,
}: Looked): Generator<void, Uint8Array> {
  const standing = new Uint8Array(points.count);
  const stepAt = (point: number) => points.steps?.[point] ?? point;
  let point = 0;
  for (let sequence = 0; table && sequence < table.count; sequence++) {
    const [start, stop] = [table.bounds[sequence] as number, table.bounds[sequence + 1] as number];
    const first = point;
    const others = isFaded(table, sequence, passes, fade) ? FADED : NORMAL;
    for (; point < points.count && stepAt(point) < stop; point++) {
      const step = stepAt(point);
      const isShown = shown === "all" || (shown === "first" ? step === start : step === stop - 1);
      standing[point] = isShown ? others : HIDDEN;
    }
    if (Math.floor(first / POINTS_A_STEP) < Math.floor(point / POINTS_A_STEP)) yield;
  }
  for (const step of selected) {
    const at = points.steps ? firstAtLeast(points.steps, step) : step;
    if (at < points.count && stepAt(at) === step && standing[at] !== HIDDEN) standing[at] = SELECTED;
  }
  return standing;
}

/** Whether the filters leave a sequence out, or those that are predicted like it are faded. */
function isFaded(table: SequenceTable, sequence: number, passes: Uint8Array, fade: string): boolean {
  if (!passes[sequence]) return true;
  const [target, prediction] = [table.target?.[sequence], table.prediction?.[sequence]];
  if (fade === "none" || target === undefined || prediction === undefined || target < 0) return false;
  return (target === prediction) === (fade === "correct");
}

/** Writes the colour of a point, how strong it is, and its code, as the painter reads them. */
function colorizer({ colors, points, weakest }: Looked): (point: number, to: Uint8Array, at: number) => void {
  if (colors?.values && colors.values.length === points.count) {
    const values = colors.values;
    return (point, to, at) => {
      const value = values[point] as number;
      to[at] = value === 255 ? REST_COLOR : RAMP_COLOR;
      to[at + 1] = value === 255 ? 0 : value;
      to[at + 3] = 255;
    };
  }
  const codes = colors?.codes?.length === points.count ? colors.codes : null;
  const strength = colors?.strength?.length === points.count ? colors.strength : null;
  const scale = 255 / (255 - Math.min(weakest, 254));
  return (point, to, at) => {
    const code = codes ? (codes[point] as number) : NO_CODE;
    to[at] = Math.min(code, REST_COLOR);
    to[at + 1] =
      strength && code !== NO_CODE ? Math.max(0, ((strength[point] as number) - weakest) * scale) : 255;
    to[at + 3] = Math.min(code, 255);
  };
}

/** How many points have each of the first `labels` codes, and how many any other, or none. */
export function countCodes(codes: Uint16Array, labels: number): Int32Array {
  const counts = new Int32Array(labels + 1);
  for (const code of codes) {
    const at = Math.min(code, labels);
    counts[at] = (counts[at] as number) + 1;
  }
  return counts;
}
