import { fontReach, textWidth } from "../fit_text";
import type { Frame } from "../place";
import { type Attributes, type Mark, mark, short } from "./marks";
import { filled, isSeen } from "./paint";

/** A line of a text, and where it lies. */
export interface Line {
  text: string;
  frame: Frame;
  /** What of it stays in its place where a font with other widths is used. */
  anchor?: Anchor;
}

type Anchor = "middle" | "end" | undefined;

/** Where a text stands in a box in which it is alone: in the middle, at the end, or anywhere. */
export function anchorIn(
  room: Pick<Frame, "left" | "right">,
  { left, right }: Pick<Frame, "left" | "right">,
  textAlign: string,
): Anchor {
  const [before, after] = [left - room.left, room.right - right];
  if (before + after < 2) return undefined;
  if (textAlign === "right" || textAlign === "end") return "end";
  return Math.abs(before - after) < 2 ? "middle" : undefined;
}

/** The lines in which a text is set. */
export function linesOf(node: Text, framesOf: (range: Range) => Frame[]): Line[] {
  const start = node.data.search(/\S/);
  if (start < 0) return [];
  const end = node.data.trimEnd().length;
  const range = document.createRange();
  const frames = (from: number, to: number) => {
    range.setStart(node, from);
    range.setEnd(node, to);
    return framesOf(range).filter(({ width }) => width > 0);
  };
  const whole = frames(start, end);
  if (whole.length === 1) return [{ text: node.data.slice(start, end), frame: whole[0] as Frame }];
  const lines: Line[] = [];
  let at = start;
  for (const character of node.data.slice(start, end)) {
    const [frame] = frames(at, at + character.length);
    at += character.length;
    const line = lines.at(-1);
    if (!frame) continue;
    if (line && Math.abs(line.frame.top - frame.top) < frame.height / 2) {
      line.text += character;
      line.frame = joined(line.frame, frame);
    } else lines.push({ text: character, frame });
  }
  return lines;
}

function joined(a: Frame, b: Frame): Frame {
  const [left, right] = [Math.min(a.left, b.left), Math.max(a.right, b.right)];
  const [top, bottom] = [Math.min(a.top, b.top), Math.max(a.bottom, b.bottom)];
  return { left, top, right, bottom, width: right - left, height: bottom - top };
}

/** What is read of the computed style of a text. */
type TextStyle = Pick<
  CSSStyleDeclaration,
  | "color"
  | "direction"
  | "fontFamily"
  | "fontSize"
  | "fontStyle"
  | "fontWeight"
  | "letterSpacing"
  | "transform"
  | "whiteSpace"
  | "writingMode"
>;

export function fontOfStyle({ fontStyle, fontWeight, fontSize, fontFamily }: TextStyle): string {
  return `${fontStyle} ${fontWeight} ${fontSize} ${fontFamily}`;
}

/**
 * A line as text. What doesn't fit before `limit`, where the page has an ellipsis, is left out here, too.
 * `decoration` is what runs through or under it.
 */
export function textMarks(
  { text, frame, anchor }: Line,
  style: TextStyle,
  limit: number,
  decoration: string,
): Mark[] {
  if (!isSeen(style.color) || frame.left >= limit) return [];
  const font = fontOfStyle(style);
  const { above, below } = fontReach(font);
  const attributes: Attributes = {
    ...{ "font-family": style.fontFamily, "font-size": Number.parseFloat(style.fontSize) },
    "font-weight": style.fontWeight === "400" ? undefined : style.fontWeight,
    "font-style": style.fontStyle === "normal" ? undefined : style.fontStyle,
    "letter-spacing": Number.parseFloat(style.letterSpacing) || undefined,
    "text-decoration": decoration === "" ? undefined : decoration,
    ...filled(style.color),
  };
  const spaced = style.whiteSpace.startsWith("pre") ? text : text.replace(/\s+/g, " ");
  const squeezed = squeeze(style.transform);
  const shown = cut(spaced, frame, limit, (part) => textWidth(part, font) * squeezed);
  if (style.writingMode.startsWith("vertical")) {
    const [x, y] = [(frame.left + frame.right) / 2, (frame.top + frame.bottom) / 2];
    const angle = style.transform.startsWith("matrix(-1") ? -90 : 90;
    const transform = `rotate(${angle} ${short(x)} ${short(y)})`;
    return [
      mark(
        "text",
        { x, y: y + (above - below) / 2, transform, "text-anchor": "middle", ...attributes },
        shown,
      ),
    ];
  }
  const y = (frame.top + frame.bottom + above - below) / 2;
  const isRtl = style.direction === "rtl";
  const fixed = shown === spaced && !isRtl ? anchor : undefined;
  const x = fixed === "middle" ? (frame.left + frame.right) / 2 : fixed || isRtl ? frame.right : frame.left;
  const placed = { "text-anchor": fixed, direction: isRtl ? "rtl" : undefined };
  if (squeezed === 1) return [mark("text", { x, y, ...placed, ...attributes }, shown)];
  const transform = `matrix(${squeezed} 0 0 1 ${short(x)} ${short(y)})`;
  return [mark("text", { transform, ...placed, ...attributes }, shown)];
}

/** How far a text is squeezed sideways: 1, not at all. */
export function squeeze(transform: string): number {
  const found = /^matrix\(([\d.]+), 0, 0, 1, /.exec(transform);
  return found ? Number(found[1]) : 1;
}

/** As much of a text as fits before a limit, with an ellipsis. */
export function cut(
  text: string,
  { left, right }: Pick<Frame, "left" | "right">,
  limit: number,
  widthOf: (text: string) => number,
): string {
  // The browser counts in 64ths of a pixel.
  if (right <= limit + 0.02) return text;
  const characters = [...text];
  const room = limit - left;
  for (let kept = characters.length - 1; kept > 0; kept--) {
    const shortened = `${characters.slice(0, kept).join("")}…`;
    if (widthOf(shortened) <= room) return shortened;
  }
  return "…";
}
