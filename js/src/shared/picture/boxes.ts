import { gradientMarks, length, type Rect, readGradient, rectPath, splitOutside } from "./gradients";
import { type Attributes, type Mark, mark, type NextId, short } from "./marks";
import { filled, isSeen, stroked } from "./paint";

const SIDES = ["Top", "Right", "Bottom", "Left"] as const;
type Side = (typeof SIDES)[number];

/** What is read of the computed style of a box. */
export type BoxStyle = Pick<
  CSSStyleDeclaration,
  | "backgroundColor"
  | "backgroundImage"
  | "backgroundPosition"
  | "backgroundSize"
  | "boxShadow"
  | "outlineColor"
  | "outlineOffset"
  | "outlineStyle"
  | "outlineWidth"
  | `border${Side}${"Color" | "Style" | "Width"}`
  | "borderTopLeftRadius"
>;

/** The background, the border, and what is drawn around them. */
export function boxMarks(style: BoxStyle, box: Rect, nextId: NextId): Mark[] {
  if (box.width <= 0 || box.height <= 0) return borderMarks(style, box);
  const [outer, inner] = shadows(style.boxShadow);
  const padding = paddingBox(style, box);
  return [
    ...outer.flatMap((shadow) => shadowMarks(shadow, style, box, 1)),
    ...(isSeen(style.backgroundColor)
      ? [rounded(box, radiusOf(style, box), filled(style.backgroundColor))]
      : []),
    ...backgrounds(style, padding, nextId),
    ...inner.flatMap((shadow) => shadowMarks(shadow, style, padding, -1)),
    ...borderMarks(style, box),
  ];
}

/** The line around a box that takes no room; it lies over what is in the box. */
export function outlineMarks(style: BoxStyle, box: Rect): Mark[] {
  const width = Number.parseFloat(style.outlineWidth) || 0;
  if (width === 0 || style.outlineStyle === "none" || !isSeen(style.outlineColor)) return [];
  const out = (Number.parseFloat(style.outlineOffset) || 0) + width / 2;
  return [lineAround(style, box, out, { color: style.outlineColor, width, kind: style.outlineStyle })];
}

// ------------------------------------------------------------------------------------------------------ corners and lines

/** The radius of the corners: the style sheets give all four the same. */
function radiusOf({ borderTopLeftRadius }: BoxStyle, { width, height }: Rect): number {
  const { pixels, share } = length(borderTopLeftRadius);
  const least = Math.min(width, height);
  return Math.min(pixels + share * least, least / 2);
}

function grown({ left, top, width, height }: Rect, by: number): Rect {
  return { left: left - by, top: top - by, width: width + 2 * by, height: height + 2 * by };
}

function rounded({ left, top, width, height }: Rect, radius: number, paint: Attributes): Mark {
  return mark("rect", { x: left, y: top, width, height, rx: radius > 0 ? radius : undefined, ...paint });
}

/** A line of this width along the edge of a box, `out` pixels farther out. */
function lineAround(
  style: BoxStyle,
  box: Rect,
  out: number,
  line: { color: string; width: number; kind?: string },
): Mark {
  const radius = radiusOf(style, box);
  const paint = { ...stroked(line.color, line.width), ...dashes(line.kind ?? "solid", line.width) };
  return rounded(grown(box, out), radius > 0 ? Math.max(0, radius + out) : 0, paint);
}

function dashes(kind: string, width: number): Attributes {
  if (kind === "dashed")
    return { "stroke-dasharray": `${short(Math.max(2, 2 * width))} ${short(Math.max(2, 1.5 * width))}` };
  if (kind === "dotted") return { "stroke-dasharray": `0 ${short(2 * width)}`, "stroke-linecap": "round" };
  return {};
}

// ----------------------------------------------------------------------------------------------------------------- border

interface Edge {
  side: Side;
  width: number;
  color: string;
  kind: string;
}

function edges(style: BoxStyle): Edge[] {
  return SIDES.map((side) => ({
    side,
    width: Number.parseFloat(style[`border${side}Width`]) || 0,
    color: style[`border${side}Color`],
    kind: style[`border${side}Style`],
  }));
}

function paddingBox(style: BoxStyle, { left, top, width, height }: Rect): Rect {
  const [above = 0, right = 0, below = 0, before = 0] = edges(style).map((edge) => edge.width);
  return {
    left: left + before,
    top: top + above,
    width: width - before - right,
    height: height - above - below,
  };
}

function borderMarks(style: BoxStyle, box: Rect): Mark[] {
  const all = edges(style);
  const seen = all.filter(
    ({ width, color, kind }) => width > 0 && kind !== "none" && kind !== "hidden" && isSeen(color),
  );
  const [first] = seen;
  if (!first) return [];
  const isSame = all.every(
    ({ width, color, kind }) => width === first.width && color === first.color && kind === first.kind,
  );
  if (isSame) return [lineAround(style, box, -first.width / 2, first)];
  return seen.map((edge) => {
    const { left, top, width, height } = box;
    const half = edge.width / 2;
    const y = edge.side === "Top" ? top + half : top + height - half;
    const x = edge.side === "Left" ? left + half : left + width - half;
    const level = edge.side === "Top" || edge.side === "Bottom";
    const line = level
      ? { x1: left, y1: y, x2: left + width, y2: y }
      : { x1: x, y1: top, x2: x, y2: top + height };
    return mark("line", { ...line, ...stroked(edge.color, edge.width), ...dashes(edge.kind, edge.width) });
  });
}

// ---------------------------------------------------------------------------------------------------------------- shadows

interface Shadow {
  color: string;
  x: number;
  y: number;
  spread: number;
}

/** Those around the box and those in it, without blurred ones: these set a sheet off from what is below it. */
function shadows(text: string): [outer: Shadow[], inner: Shadow[]] {
  const found: [Shadow[], Shadow[]] = [[], []];
  for (const layer of text === "none" ? [] : splitOutside(text ?? "")) {
    const words = splitOutside(layer, " ");
    const lengths = words.filter((word) => /^-?[\d.]+px$/.test(word)).map(Number.parseFloat);
    const color = words.find((word) => word !== "inset" && !/^-?[\d.]+px$/.test(word)) ?? "";
    const [x = 0, y = 0, blur = 0, spread = 0] = lengths;
    if (blur === 0 && isSeen(color)) found[words.includes("inset") ? 1 : 0].unshift({ color, x, y, spread });
  }
  return found;
}

/** `out`: 1, around the box, or −1, in it. */
function shadowMarks({ color, x, y, spread }: Shadow, style: BoxStyle, box: Rect, out: 1 | -1): Mark[] {
  if (x === 0 && y === 0) return [lineAround(style, box, (out * spread) / 2, { color, width: spread })];
  const shadow = grown({ ...box, left: box.left + x, top: box.top + y }, out * spread);
  return out > 0 ? parts(shadow, box, color) : parts(box, shadow, color);
}

/** What a rectangle has outside of another one. */
function parts(whole: Rect, without: Rect, color: string): Mark[] {
  const [right, bottom] = [whole.left + whole.width, whole.top + whole.height];
  const left = Math.max(whole.left, without.left);
  const top = Math.max(whole.top, without.top);
  const end = Math.min(right, without.left + without.width);
  const foot = Math.min(bottom, without.top + without.height);
  const found: Rect[] = [
    { left: whole.left, top: whole.top, width: whole.width, height: top - whole.top },
    { left: whole.left, top: foot, width: whole.width, height: bottom - foot },
    { left: whole.left, top, width: left - whole.left, height: foot - top },
    { left: end, top, width: right - end, height: foot - top },
  ];
  const d = found
    .filter(({ width, height }) => width > 0 && height > 0)
    .map(rectPath)
    .join("");
  return d === "" ? [] : [mark("path", { d, ...filled(color) })];
}

// ------------------------------------------------------------------------------------------------------------ backgrounds

/** Gradients, the last one below the others. */
function backgrounds(style: BoxStyle, box: Rect, nextId: NextId): Mark[] {
  if (!style.backgroundImage || style.backgroundImage === "none") return [];
  const [sizes, positions] = [splitOutside(style.backgroundSize), splitOutside(style.backgroundPosition)];
  const layers = splitOutside(style.backgroundImage).map((layer, i) => {
    const gradient = readGradient(layer);
    if (!gradient) return [];
    const [wide = "auto", high = "auto"] = splitOutside(sizes[i % sizes.length] ?? "auto", " ");
    const [across = "0%", down = "0%"] = splitOutside(positions[i % positions.length] ?? "0% 0%", " ");
    const width = wide === "auto" ? box.width : resolved(wide, box.width);
    const height = high === "auto" ? box.height : resolved(high, box.height);
    const left = box.left + resolved(across, box.width - width);
    const top = box.top + resolved(down, box.height - height);
    return gradientMarks(gradient, { left, top, width, height }, nextId);
  });
  return layers.reverse().flat();
}

function resolved(text: string, whole: number): number {
  const { pixels, share } = length(text);
  return pixels + share * whole;
}
