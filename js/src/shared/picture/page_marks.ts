import { type Frame, framesWithin } from "../place";
import { boxMarks, outlineMarks } from "./boxes";
import type { Recording } from "./canvases";
import type { Rect } from "./gradients";
import { type Mark, mark, type NextId } from "./marks";
import { pseudoMarks } from "./pseudo";
import { frame, shown } from "./sketch";
import { anchorIn, type Line, linesOf, textMarks } from "./texts";

/** What an element takes over from those around it. */
interface Around {
  /** Nothing outside of it is seen. */
  seen: Frame;
  /** Where texts end with an ellipsis. */
  limit: number;
  /** Lines under and through its texts. */
  decoration: string;
}

/** What the page shows of `root` but for what is left out, as shapes and texts, in its own pixels. */
export function marksOfPage(
  root: HTMLElement,
  leftOut: ReadonlySet<Element>,
  recording: Recording,
  nextId: NextId,
): Mark[] {
  const frames = framesWithin(root);
  const focused = (root.getRootNode() as Document | ShadowRoot).activeElement;

  const marksOf = (element: Element, around: Around): Mark[] => {
    if (leftOut.has(element)) return [];
    const style = getComputedStyle(element);
    if (style.display === "none" || style.opacity === "0") return [];
    const box = frames.of(element);
    const isSeen = style.visibility === "visible";
    const within = insideOf(style, box, () => frames.contentOf(element), around);
    const content = [
      ...(isSeen && !(element instanceof HTMLSelectElement) ? boxMarks(style, rect(box), nextId) : []),
      ...(isSeen && element instanceof HTMLCanvasElement ? [marksOfCanvas(element, box, recording)] : []),
      ...clipped(
        contentOf(element, style, box, within),
        within.seen === around.seen ? null : within.seen,
        nextId,
      ),
      // The ring around what has the focus is for those who use the page.
      ...(isSeen && element !== focused ? outlineMarks(style, rect(box)) : []),
    ];
    if (style.opacity === "1" || content.length === 0) return content;
    return [mark("g", { opacity: style.opacity }, ...content)];
  };

  const contentOf = (element: Element, style: CSSStyleDeclaration, box: Frame, within: Around): Mark[] => {
    const layers: [layer: number, marks: Mark[]][] = [];
    const pseudo = (which: "::before" | "::after") => {
      layers.push(...pseudoMarks(element, which, box, frames.of, nextId));
    };
    if (element instanceof HTMLSelectElement) return choiceMarks(element, style, box);
    pseudo("::before");
    for (const child of element.childNodes) {
      if (child instanceof Element) layers.push([layerOf(getComputedStyle(child)), marksOf(child, within)]);
      if (child instanceof Text && style.visibility === "visible") {
        const lines = linesOf(child, frames.linesOf).filter((line) => meet(line.frame, within.seen));
        const room = lines.length === 1 ? roomOf(element, box, lines[0] as Line) : null;
        const anchored = lines.map((line) =>
          room ? { ...line, anchor: anchorIn(room, line.frame, style.textAlign) } : line,
        );
        const { limit, decoration } = within;
        layers.push([0, anchored.flatMap((line) => textMarks(line, style, limit, decoration))]);
      }
    }
    pseudo("::after");
    return layers.sort(([a], [b]) => a - b).flatMap(([, marks]) => marks);
  };

  /** The box in which a line is alone: that of its element, or one around that. */
  const roomOf = (element: Element, box: Frame, { frame }: Line): Frame | null => {
    if (element.childNodes.length > 1) return null;
    const around = element.parentElement;
    const isTight = box.width < frame.width + 2 && around?.childNodes.length === 1;
    return around && isTight ? frames.of(around) : box;
  };

  const whole = frames.of(root);
  return marksOf(root, { seen: whole, limit: Number.POSITIVE_INFINITY, decoration: "" });
}

/** What is chosen in a menu, as text. */
function choiceMarks(menu: HTMLSelectElement, style: CSSStyleDeclaration, box: Frame): Mark[] {
  const text = menu.selectedOptions[0]?.text ?? "";
  const frame = { ...box, left: box.left + Number.parseFloat(style.paddingLeft) };
  // It looks as other texts do where there is nothing to choose.
  const look = menu.disabled ? getComputedStyle(menu.parentElement as Element) : style;
  return textMarks({ text, frame }, look, Number.POSITIVE_INFINITY, "");
}

/** What lies over what: the place in the order of an element among those beside it. */
export function layerOf({ zIndex, position }: Pick<CSSStyleDeclaration, "zIndex" | "position">): number {
  const level = Number(zIndex);
  if (zIndex !== "auto" && level !== 0) return level;
  return position === "static" ? 0 : 0.5;
}

function insideOf(style: CSSStyleDeclaration, box: Frame, content: () => Frame, around: Around): Around {
  const line = style.textDecorationLine;
  const decoration = line === "none" ? around.decoration : line;
  const hides = style.overflowX !== "visible" || style.overflowY !== "visible";
  const width = (side: "Left" | "Right") => Number.parseFloat(style[`border${side}Width`]) || 0;
  const [left, right] = [box.left + width("Left"), box.right - width("Right")];
  const hasEllipsis = style.textOverflow === "ellipsis" && hides;
  const ends = hasEllipsis ? right - (Number.parseFloat(style.paddingRight) || 0) : Number.POSITIVE_INFINITY;
  return {
    seen: hides && reachesOut(content(), box) ? overlap({ ...box, left, right }, around.seen) : around.seen,
    limit: Math.min(ends, around.limit),
    decoration,
  };
}

/** One pixel may be a matter of rounding. */
function reachesOut(content: Frame, box: Frame): boolean {
  const { left, top, right, bottom } = content;
  return left < box.left - 1 || top < box.top - 1 || right > box.right + 1 || bottom > box.bottom + 1;
}

function overlap(a: Frame, b: Frame): Frame {
  const [left, right] = [Math.max(a.left, b.left), Math.min(a.right, b.right)];
  const [top, bottom] = [Math.max(a.top, b.top), Math.min(a.bottom, b.bottom)];
  return { left, right, top, bottom, width: Math.max(0, right - left), height: Math.max(0, bottom - top) };
}

function meet(a: Frame, b: Frame): boolean {
  return a.left < b.right && a.right > b.left && a.top < b.bottom && a.bottom > b.top;
}

function clipped(marks: Mark[], to: Frame | null, nextId: NextId): Mark[] {
  if (to === null || marks.length === 0) return marks;
  if (to.width === 0 || to.height === 0) return [];
  const id = nextId();
  return [
    mark("clipPath", { id }, mark("rect", frame(to.left, to.top, to.width, to.height))),
    mark("g", { "clip-path": `url(#${id})` }, ...marks),
  ];
}

function marksOfCanvas(
  canvas: HTMLCanvasElement,
  { left, top, width, height }: Frame,
  recording: Recording,
): Mark {
  const pixels = [0, 0, canvas.width, canvas.height];
  return shown(recording.marksOf(canvas), frame(left, top, width, height), pixels);
}

function rect({ left, top, width, height }: Frame): Rect {
  return { left, top, width, height };
}
