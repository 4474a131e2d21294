import { type Mark, mark, type NextId, short } from "./marks";
import { paintOf } from "./paint";

/** In pixels of the page. */
export interface Rect {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A linear gradient of CSS: its angle, clockwise from upwards, and its stops. */
interface Gradient {
  angle: number;
  repeats: boolean;
  stops: Stop[];
}

interface Stop {
  color: string;
  /** Along the line of the gradient; undefined: between the ones around it. */
  at: Length | undefined;
}

/** Pixels, and a share of the whole. */
interface Length {
  pixels: number;
  share: number;
}

/** Texts between commas that stand in no parentheses, or between what else `separator` is. */
export function splitOutside(text: string, separator = ","): string[] {
  const parts = [""];
  let depth = 0;
  for (const letter of text) {
    if (letter === "(") depth++;
    if (letter === ")") depth--;
    if (depth === 0 && letter === separator) parts.push("");
    else parts[parts.length - 1] += letter;
  }
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}

const SIDES: Record<string, number> = { top: 0, right: 90, bottom: 180, left: 270 };

/** Read a layer of a background; null: it isn't a gradient along a line. */
export function readGradient(layer: string): Gradient | null {
  const found = /^(repeating-)?linear-gradient\((.*)\)$/s.exec(layer);
  if (!found) return null;
  const parts = splitOutside(found[2] as string);
  const side = /^to (\w+)$/.exec(parts[0] ?? "");
  const degrees = /^(-?[\d.]+)deg$/.exec(parts[0] ?? "");
  const angle = side ? SIDES[side[1] as string] : degrees ? Number(degrees[1]) : 180;
  if (angle === undefined) return null;
  const stops = parts.slice(side || degrees ? 1 : 0).flatMap((part): Stop[] => {
    const [color = "", ...places] = splitOutside(part, " ");
    return places.length === 0
      ? [{ color, at: undefined }]
      : places.map((place) => ({ color, at: length(place) }));
  });
  return { angle, repeats: found[1] !== undefined, stops };
}

/** "50%" or "3px". */
export function length(text: string): Length {
  const value = Number.parseFloat(text) || 0;
  return text.endsWith("%") ? { pixels: 0, share: value / 100 } : { pixels: value, share: 0 };
}

/** Fill a box with a gradient: what it is drawn with, and the box. */
export function gradientMarks(gradient: Gradient, box: Rect, nextId: NextId): Mark[] {
  const { left, top, width, height } = box;
  if (width <= 0 || height <= 0) return [];
  const angle = (gradient.angle * Math.PI) / 180;
  const [dx, dy] = [Math.sin(angle), -Math.cos(angle)];
  const whole = Math.abs(width * dx) + Math.abs(height * dy);
  const places = placed(gradient.stops, whole);
  const [from, to] = gradient.repeats ? [places[0] as number, places.at(-1) as number] : [0, whole];
  const dashes = along(gradient, places, box, [dx, dy]);
  if (dashes) return dashes;
  const [x, y] = [left + width / 2 - (dx * whole) / 2, top + height / 2 - (dy * whole) / 2];
  const id = nextId();
  const stops = gradient.stops.map(({ color }, i) => {
    const paint = paintOf(color);
    const offset = ((places[i] as number) - from) / (to - from || 1);
    const stop = { "stop-color": paint.color, "stop-opacity": paint.opacity };
    return mark("stop", { offset: offset.toFixed(5), ...stop });
  });
  const line = { x1: x + dx * from, y1: y + dy * from, x2: x + dx * to, y2: y + dy * to };
  const spreadMethod = gradient.repeats ? "repeat" : undefined;
  return [
    mark("linearGradient", { id, gradientUnits: "userSpaceOnUse", ...line, spreadMethod }, ...stops),
    mark("rect", { x: left, y: top, width, height, fill: `url(#${id})` }),
  ];
}

/** Where stops are along the line, in pixels, none before the one that it follows. Those without a place are spread evenly. */
function placed(stops: readonly Stop[], whole: number): number[] {
  let farthest = Number.NEGATIVE_INFINITY;
  return stops.map(({ at }, i) => {
    const place = at ? at.pixels + at.share * whole : (i / (stops.length - 1)) * whole;
    farthest = Math.max(farthest, place);
    return farthest;
  });
}

/** Colours that change at once along a side of the box are boxes of their own, which every program can draw. */
function along(
  { stops, repeats }: Gradient,
  places: readonly number[],
  { left, top, width, height }: Rect,
  [dx, dy]: readonly [number, number],
): Mark[] | null {
  const rightwards = dx > 0.999;
  if (!rightwards && !(dy > 0.999)) return null;
  const parts: [from: number, to: number, color: string][] = [];
  for (let i = 0; i + 1 < stops.length; i++) {
    const [from, to] = [places[i] as number, places[i + 1] as number];
    if (to - from < 0.001) continue;
    if (stops[i]?.color !== stops[i + 1]?.color) return null;
    parts.push([from, to, (stops[i] as Stop).color]);
  }
  const whole = rightwards ? width : height;
  const [first, last] = [places[0] as number, places.at(-1) as number];
  if (!repeats && first > 0) parts.unshift([0, first, stops[0]?.color as string]);
  if (!repeats && last < whole) parts.push([last, whole, stops.at(-1)?.color as string]);
  const period = repeats ? last - first : whole;
  if (period <= 0) return null;
  const begin = repeats ? -Math.ceil(first / period) * period : 0;
  return parts.flatMap(([from, to, color]) => {
    const paint = paintOf(color);
    if (paint.opacity === 0) return [];
    let d = "";
    for (let at = begin; at < whole; at += period) {
      const [low, high] = [Math.max(0, from + at), Math.min(whole, to + at)];
      if (high <= low) continue;
      const box = rightwards
        ? { left: left + low, top, width: high - low, height }
        : { left, top: top + low, width, height: high - low };
      d += rectPath(box);
    }
    if (d === "") return [];
    return [
      mark("path", { d, fill: paint.color, "fill-opacity": paint.opacity === 1 ? undefined : paint.opacity }),
    ];
  });
}

export function rectPath({ left, top, width, height }: Rect): string {
  return `M${short(left)} ${short(top)}h${short(width)}v${short(height)}h${short(-width)}z`;
}
