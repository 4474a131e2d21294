import { colorBytes, createPath } from "../../shared/canvas";
import { LABEL_COLORS } from "../../shared/label_colors";
import type { Place } from "../../shared/place";
import type { Colors } from "../../shared/theme";
import { type Label, placeLabels } from "./labels";
import { disc, LABEL_SIZE, type Pen, rings, trace, write } from "./pen";
import type { Trajectory } from "./points";
import { isThere, LEVELS, type LineOptions, type Run, runsOf, ticksAlong } from "./segments";

/** A trajectory in pixels. */
export interface Line {
  trajectory: Trajectory;
  /** x and y of each step. */
  path: Float32Array;
  options: LineOptions;
}

/** The dashes of pinned trajectories, in pixels, each unlike the others. */
const DASHES: readonly (readonly number[])[] = [
  [1.5, 4],
  [7, 4],
  [9, 3, 1.5, 3],
  [4, 3],
  [12, 4],
  [1.5, 3, 1.5, 7],
  [12, 3, 1.5, 3, 1.5, 3],
  [5, 3, 5, 8],
  [3, 7],
  [14, 8],
  [7, 3, 3, 3],
  [1.5, 8],
];

const RING = 5;
const TICK = 3;
/** Share of the text's colour in that of a line. */
const EMPHASIS = 0.22;
const HALO = 2.5;
/** Up to so many segments have a halo, which takes longer to draw than the line. */
const MOST_WITH_HALO = 400;

/** The current trajectory: a line, with a ring at its first step, a dot at its last, and ticks in its direction. */
export function drawCurrent(pen: Pen, line: Line, colors: Colors): void {
  const { path, options, trajectory } = line;
  pen.lineJoin = "round";
  pen.lineCap = "round";
  pen.setLineDash([]);
  if (trajectory.count <= MOST_WITH_HALO) {
    pen.beginPath();
    trace(pen, path, 0, trajectory.count - 1);
    pen.strokeStyle = colors.ground;
    pen.lineWidth = options.width + HALO;
    pen.globalAlpha = 0.75;
    pen.stroke();
    pen.globalAlpha = 1;
  }
  for (const [look, run] of looksOf(runsOf(trajectory, options), path)) {
    pen.strokeStyle = lineColor(look.color, options, colors);
    pen.lineWidth = look.width;
    pen.stroke(run);
  }
  drawTicks(pen, path, options.width, colors);
  drawEnds(pen, line, colors, 1);
}

/** One path for each look. */
function looksOf(runs: readonly Run[], path: Float32Array): Iterable<readonly [Run, Path2D]> {
  const looks = new Map<string, readonly [Run, Path2D]>();
  for (const run of runs) {
    const key = `${run.color}/${run.width}`;
    const look = looks.get(key) ?? ([run, createPath()] as const);
    looks.set(key, look);
    trace(look[1], path, run.from, run.to);
  }
  return looks.values();
}

/** A pinned trajectory: dashes of its own kind, and its number at the last step. */
export function drawPinned(pen: Pen, line: Line, rank: number, colors: Colors): void {
  const { path, options, trajectory } = line;
  const dashes = DASHES[rank % DASHES.length] as readonly number[];
  pen.lineJoin = "round";
  pen.lineCap = "butt";
  pen.setLineDash([...dashes]);
  let length = 0;
  for (const run of runsOf(trajectory, options)) {
    pen.beginPath();
    trace(pen, path, run.from, run.to);
    pen.strokeStyle = lineColor(run.color, options, colors);
    pen.lineWidth = Math.max(1.25, run.width * 0.75);
    // The dashes go on where the run before ended.
    pen.lineDashOffset = length;
    pen.stroke();
    length += lengthOf(path, run.from, run.to);
  }
  pen.setLineDash([]);
  pen.lineDashOffset = 0;
  drawEnds(pen, line, colors, 0.7);
}

/** The numbers of pinned trajectories beside their last steps. */
export function numberLabels(pen: Pen, lines: readonly Line[]): Label[] {
  return lines.flatMap(({ path, trajectory }) => {
    const last = lastPlace(path);
    const text = String(trajectory.sequence);
    return last ? [{ text, x: last[0], y: last[1], width: pen.measureText(text).width }] : [];
  });
}

function drawTicks(pen: Pen, path: Float32Array, width: number, colors: Colors): void {
  pen.beginPath();
  const size = TICK + width / 2;
  for (const { x, y, angle } of ticksAlong(path)) {
    const [cos, sin] = [Math.cos(angle) * size, Math.sin(angle) * size];
    pen.moveTo(x - cos * 0.6 - sin * 0.8, y - sin * 0.6 + cos * 0.8);
    pen.lineTo(x + cos * 0.6, y + sin * 0.6);
    pen.lineTo(x - cos * 0.6 + sin * 0.8, y - sin * 0.6 - cos * 0.8);
  }
  pen.strokeStyle = colors.text;
  pen.lineWidth = 1.25;
  pen.stroke();
}

/** A ring at the first step of the sequence and a dot at its last, if these are among the steps that are there. */
function drawEnds(pen: Pen, { path, trajectory }: Line, colors: Colors, scale: number): void {
  const { first: begin, end, start, count } = trajectory;
  const first = start === begin ? firstPlace(path) : null;
  const last = start + count === end ? lastPlace(path) : null;
  if (first) {
    disc(pen, first, RING * scale, colors.ground);
    rings(pen, [first], RING * scale, colors.text, 1.5);
  }
  if (last) {
    disc(pen, last, (RING + 1.5) * scale, colors.ground);
    disc(pen, last, RING * scale, colors.text);
  }
}

function lengthOf(path: Float32Array, from: number, to: number): number {
  let length = 0;
  let before = from;
  for (let i = from + 1; i <= to; i++) {
    if (!isThere(path, i)) continue;
    const dx = (path[2 * i] as number) - (path[2 * before] as number);
    length += Math.hypot(dx, (path[2 * i + 1] as number) - (path[2 * before + 1] as number));
    before = i;
  }
  return length;
}

const placeAt = (path: Float32Array, step: number): Place => [
  path[2 * step] as number,
  path[2 * step + 1] as number,
];

function firstPlace(path: Float32Array): Place | null {
  for (let i = 0; 2 * i < path.length; i++) if (isThere(path, i)) return placeAt(path, i);
  return null;
}

function lastPlace(path: Float32Array): Place | null {
  for (let i = path.length / 2 - 1; i >= 0; i--) if (isThere(path, i)) return placeAt(path, i);
  return null;
}

function lineColor(color: number, options: LineOptions, colors: Colors): string {
  if (options.color === "time") return mixed(colors.edge, colors.text, color / LEVELS);
  const label = colors.classes[Math.min(color, LABEL_COLORS)];
  // Nearer to the text's colour than the points that it leads over.
  return color < 0 || !label ? colors.second : mixed(label, colors.text, EMPHASIS);
}

/** A colour between two others. */
export function mixed(from: string, to: string, share: number): string {
  const [a, b] = [colorBytes(from), colorBytes(to)];
  const bytes = [0, 1, 2].map((i) =>
    Math.round((a[i] as number) + ((b[i] as number) - (a[i] as number)) * share),
  );
  return `rgb(${bytes.join(" ")})`;
}

/** A blue band under part of a path. */
export function drawBand(
  pen: Pen,
  path: Float32Array,
  from: number,
  to: number,
  width: number,
  color: string,
): void {
  pen.beginPath();
  trace(pen, path, from, to);
  pen.lineCap = "round";
  pen.lineJoin = "round";
  pen.setLineDash([]);
  pen.strokeStyle = color;
  pen.lineWidth = width + 5;
  pen.stroke();
}

/** Words at places, the first of them first, as far as there is room. */
export function writeWords(
  pen: Pen,
  words: readonly { text: string; place: Place }[],
  [width, height]: Place,
  colors: Colors,
): void {
  pen.font = `${LABEL_SIZE}px ${colors.font}`;
  const labels = words.map(({ text, place: [x, y] }) => ({ text, x, y, width: pen.measureText(text).width }));
  write(pen, placeLabels(labels, width, height), colors.text, colors.ground);
}
