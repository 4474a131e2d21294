import { setAttribute } from "./dom";
import { visibleToken } from "./text";

const MEASURED_CHARACTERS = 64;
const CACHE_LIMIT = 20000;
const widths = new Map<string, number>();
let context: CanvasRenderingContext2D | null = null;

/** The width of a text in a font, as CSS has it. Widths are kept. */
export function textWidth(text: string, font: string): number {
  const key = `${font}\n${text}`;
  let width = widths.get(key);
  if (width === undefined) {
    context ??= document.createElement("canvas").getContext("2d") as CanvasRenderingContext2D;
    if (context.font !== font) context.font = font;
    width = context.measureText(text).width;
    if (widths.size > CACHE_LIMIT) widths.clear();
    widths.set(key, width);
  }
  return width;
}

/** How far a font reaches above and below the line that its letters stand on. */
export function fontReach(font: string): { above: number; below: number } {
  context ??= document.createElement("canvas").getContext("2d") as CanvasRenderingContext2D;
  if (context.font !== font) context.font = font;
  const { fontBoundingBoxAscent, fontBoundingBoxDescent } = context.measureText("x");
  return { above: fontBoundingBoxAscent, below: fontBoundingBoxDescent };
}

/** Letters squeezed more than this cannot be read: the word is cut with an ellipsis instead. */
const NARROWEST_SQUEEZE = 0.75;

interface Squeeze {
  /** Horizontal scale of the text. */
  scale: number;
  /** Width before scaling at which the text is cut; null if all of it fits. */
  cutAt: number | null;
}

/** How to fit a text of width `text` into `room` pixels. */
export function squeeze(text: number, room: number): Squeeze {
  if (text <= room) return { scale: 1, cutAt: null };
  const scale = Math.max(room, 1) / text;
  if (scale >= NARROWEST_SQUEEZE) return { scale, cutAt: null };
  return { scale: NARROWEST_SQUEEZE, cutAt: Math.max(room, 1) / NARROWEST_SQUEEZE };
}

/** `text`, or as much of its two ends as fits into `room` pixels with an ellipsis between: names differ at both. */
export function shortenedInside(text: string, room: number, widthOf: (text: string) => number): string {
  if (widthOf(text) <= room) return text;
  const characters = [...text];
  for (let kept = characters.length - 1; kept > 1; kept--) {
    const head = Math.floor(kept / 2);
    const shortened = [...characters.slice(0, head), "…", ...characters.slice(head - kept)].join("");
    if (widthOf(shortened) <= room) return shortened;
  }
  return "…";
}

/** Make the box of a word or label. Its text is squeezed rather than cut, so that long words can be told apart. */
export function createFitted(tag: "span" | "div", className: string): HTMLElement {
  const box = document.createElement(tag);
  box.className = `lv-fitted ${className}`;
  const text = document.createElement("span");
  text.dir = "auto";
  box.append(text);
  return box;
}

/** With less room than this, no part of a cut word could be read. */
const LEAST_ROOM = 11;

/** Show `token`, or nothing, in a box of `room` pixels. If it does not fit, the box's title has all of it. */
export function fitText(box: HTMLElement, token: string | null, room: number, font: string): void {
  const last = fitted.get(box);
  if (last && last.token === token && last.room === room && last.font === font) return;
  const text = box.firstElementChild as HTMLElement;
  const next = { token, room, font, ...lookOf(token, room, (measured) => textWidth(measured, font)) };
  fitted.set(box, next);
  // Set only what differs: there are hundreds of boxes, and each result changes the words of many.
  if (last?.text !== next.text) text.textContent = next.text;
  if ((last?.transform ?? "") !== next.transform) text.style.transform = next.transform;
  if ((last?.width ?? "") !== next.width) text.style.width = next.width;
  if ((last?.blank ?? false) !== next.blank) box.classList.toggle("lv-blank", next.blank);
  if ((last?.title ?? null) !== next.title) setAttribute(box, "title", next.title);
}

/** How a token looks in a box. */
interface Look {
  text: string;
  transform: string;
  width: string;
  blank: boolean;
  title: string | null;
}

const AS_IT_IS: Squeeze = { scale: 1, cutAt: null };

/** How a token looks in `room` pixels; with endless room nothing is measured. */
export function lookOf(token: string | null, room: number, widthOf: (text: string) => number): Look {
  const shown = token === null ? "" : visibleToken(token);
  const { scale, cutAt } =
    room === Number.POSITIVE_INFINITY
      ? AS_IT_IS
      : squeeze(widthOf(shown.slice(0, MEASURED_CHARACTERS)), room);
  return {
    text: cutAt !== null && room < LEAST_ROOM ? "" : shown,
    transform: scale === 1 ? "" : `scaleX(${scale.toFixed(4)})`,
    width: cutAt === null ? "" : `${cutAt.toFixed(2)}px`,
    blank: token?.trim() === "",
    title: cutAt === null ? null : token,
  };
}

/** What a box shows, and what it was computed from. */
interface Fitted extends Look {
  token: string | null;
  room: number;
  font: string;
}

const fitted = new WeakMap<HTMLElement, Fitted>();
