import { squeeze } from "./layout";
import { visibleToken } from "./text";

const MEASURED_CHARACTERS = 64;
const CACHE_LIMIT = 20000;
const widths = new Map<string, number>();
let context: CanvasRenderingContext2D | null = null;

function textWidth(text: string, font: string): number {
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

/** The box of a word or label: its text is squeezed rather than cut, so that long words can still be told apart. */
export function createFitted(tag: "span" | "div", className: string): HTMLElement {
  const box = document.createElement(tag);
  box.className = `lv-fitted ${className}`;
  const text = document.createElement("span");
  text.dir = "auto";
  box.append(text);
  return box;
}

/** Less room than this holds no part of a word that could be read. */
const LEAST_ROOM = 11;

/** Show `token`, or nothing, in a box of `room` pixels. What does not fit can be read in the box's title. */
export function fitText(box: HTMLElement, token: string | null, room: number, font: string): void {
  const key = `${room} ${font} ${token === null ? "" : `“${token}`}`;
  if (fitted.get(box) === key) return;
  fitted.set(box, key);
  const text = box.firstElementChild as HTMLElement;
  const shown = token === null ? "" : visibleToken(token);
  const { scale, cutAt } = squeeze(textWidth(shown.slice(0, MEASURED_CHARACTERS), font), room);
  text.textContent = cutAt !== null && room < LEAST_ROOM ? "" : shown;
  text.style.transform = scale === 1 ? "" : `scaleX(${scale.toFixed(4)})`;
  text.style.width = cutAt === null ? "" : `${cutAt.toFixed(2)}px`;
  box.classList.toggle("lv-blank", token?.trim() === "");
  if (cutAt !== null && token !== null) box.title = token;
  else box.removeAttribute("title");
}

const fitted = new WeakMap<HTMLElement, string>();
