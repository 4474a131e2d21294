import { textWidth } from "../fit_text";
import type { Frame } from "../place";
import { boxMarks } from "./boxes";
import { type Mark, mark, type NextId } from "./marks";
import { fontOfStyle, textMarks } from "./texts";

/** What a style sheet adds before or after the content of an element, and at which place in the order it is drawn. */
export function pseudoMarks(
  element: Element,
  which: "::before" | "::after",
  box: Frame,
  frameOf: (element: Element) => Frame,
  nextId: NextId,
): [layer: number, marks: Mark[]][] {
  const style = getComputedStyle(element, which);
  if (style.content === "none" || style.content === "normal" || style.display === "none") return [];
  if (style.visibility !== "visible" || style.opacity === "0") return [];
  const text = /^"(.*)"$/.exec(style.content)?.[1] ?? "";
  const isPlaced = style.position === "absolute";
  const own = getComputedStyle(element);
  const frame = isPlaced ? placed(element, style, own, box, frameOf) : inLine(text, style, own, box, which);
  const marks = [
    ...boxMarks(style, frame, nextId),
    ...(text === "" ? [] : textMarks({ text, frame }, style, Number.POSITIVE_INFINITY, "")),
  ];
  const shown = style.opacity === "1" ? marks : [mark("g", { opacity: style.opacity }, ...marks)];
  return [[isPlaced ? Number(style.zIndex) || 0.5 : 0, shown]];
}

const pixels = (length: string) => Number.parseFloat(length) || 0;

/** The box of what has a place of its own: the browser gives that from the box around it. */
function placed(
  element: Element,
  style: CSSStyleDeclaration,
  own: CSSStyleDeclaration,
  box: Frame,
  frameOf: (element: Element) => Frame,
): Frame {
  const parent = own.position === "static" && element instanceof HTMLElement ? element.offsetParent : null;
  const around = parent ? frameOf(parent) : box;
  const border = parent ? getComputedStyle(parent) : own;
  const left = around.left + pixels(border.borderLeftWidth) + pixels(style.left);
  const top = around.top + pixels(border.borderTopWidth) + pixels(style.top);
  return sized(left, top, style);
}

/** That of what stands in a line with the content: at its beginning or at its end. */
function inLine(
  text: string,
  style: CSSStyleDeclaration,
  own: CSSStyleDeclaration,
  box: Frame,
  which: "::before" | "::after",
): Frame {
  const width = text === "" ? pixels(style.width) : textWidth(text, fontOfStyle(style));
  const height = text === "" ? pixels(style.height) : box.height;
  const left =
    which === "::before"
      ? box.left + pixels(own.paddingLeft) + pixels(own.borderLeftWidth)
      : box.right - pixels(own.paddingRight) - pixels(own.borderRightWidth) - width;
  const top = (box.top + box.bottom - height) / 2;
  return { left, top, right: left + width, bottom: top + height, width, height };
}

function sized(left: number, top: number, style: CSSStyleDeclaration): Frame {
  const border = style.boxSizing === "border-box" ? 0 : 1;
  const width =
    pixels(style.width) + border * (pixels(style.borderLeftWidth) + pixels(style.borderRightWidth));
  const height =
    pixels(style.height) + border * (pixels(style.borderTopWidth) + pixels(style.borderBottomWidth));
  return { left, top, right: left + width, bottom: top + height, width, height };
}
