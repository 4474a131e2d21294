import { clamp } from "../../shared/numbers";
import type { Trajectory } from "./points";

/** How the segments of a trajectory look; numbers, so that equal looks are equal. */
export interface LineOptions {
  color: "expected" | "time";
  thickness: "constant" | "time" | "jump";
  /** Greatest thickness, in pixels. */
  width: number;
}

/** Successive segments of one look: from step `from` to step `to`, counted from the start of the trajectory. */
export interface Run {
  from: number;
  to: number;
  /** Of "expected" the place of the class, −1: none; of "time" a level, 0…LEVELS. */
  color: number;
  width: number;
}

/** More shades and widths than these can't be told apart. */
export const LEVELS = 15;
/** The thinnest segment, as a share of the thickest. */
const THINNEST = 0.25;

/**
 * The segments of a trajectory, those of one look next to each other together. A segment shows what is expected at its
 * end, and its own jump. It leads on from step to step that is on the map, past those that aren't.
 */
export function runsOf(trajectory: Trajectory, options: LineOptions): Run[] {
  const { coordinates, count } = trajectory;
  const longest = options.thickness === "jump" ? greatest(trajectory.distances) : 0;
  const runs: Run[] = [];
  let before = -1;
  for (let i = 0; i < count; i++) {
    if (!isThere(coordinates, i)) continue;
    const from = before;
    before = i;
    if (from < 0) continue;
    const time = count > 2 ? (i - 1) / (count - 2) : 1;
    const color = options.color === "time" ? Math.round(LEVELS * time) : (trajectory.codes?.[i] ?? -1);
    const jump = longest > 0 ? (trajectory.distances?.[i - 1] as number) / longest : 1;
    const share = options.thickness === "time" ? time : options.thickness === "jump" ? jump : 1;
    const level = Math.round(LEVELS * clamp(Number.isNaN(share) ? 0 : share, 0, 1)) / LEVELS;
    const width = options.width * (THINNEST + (1 - THINNEST) * level);
    const last = runs.at(-1);
    if (last && last.color === color && last.width === width) last.to = i;
    else runs.push({ from, to: i, color, width });
  }
  return runs;
}

/** Whether a step of a path, given as x and y in turn, is on the map. */
export function isThere(path: Float32Array, step: number): boolean {
  return Number.isFinite((path[2 * step] as number) + (path[2 * step + 1] as number));
}

function greatest(numbers: Float32Array | null): number {
  let most = 0;
  for (const each of numbers ?? []) if (each > most) most = each;
  return most;
}

/** A tick on a trajectory that shows its direction, as an angle from the x axis. */
interface Tick {
  x: number;
  y: number;
  angle: number;
  /** The step that its segment starts at. */
  step: number;
}

/** Pixels between two ticks along the trajectory, at least; a shorter segment than LEAST has none. */
const APART = 56;
const LEAST = 12;
const MOST_TICKS = 24;

/** Ticks in the middle of segments of a path, given as x and y in turn. */
export function ticksAlong(path: Float32Array): Tick[] {
  const segments: (Tick & { length: number })[] = [];
  let before = -1;
  for (let i = 0; 2 * i < path.length; i++) {
    if (!isThere(path, i)) continue;
    if (before >= 0) {
      const [x, y] = [path[2 * before] as number, path[2 * before + 1] as number];
      const [dx, dy] = [(path[2 * i] as number) - x, (path[2 * i + 1] as number) - y];
      const angle = Math.atan2(dy, dx);
      segments.push({ x: x + dx / 2, y: y + dy / 2, angle, step: before, length: Math.hypot(dx, dy) });
    }
    before = i;
  }
  const whole = segments.reduce((sum, { length }) => sum + length, 0);
  const apart = Math.max(APART, whole / MOST_TICKS);
  let since = apart / 2;
  return segments.flatMap(({ length, ...tick }) => {
    since += length;
    if (length < LEAST || since < apart) return [];
    since = 0;
    return [tick];
  });
}
