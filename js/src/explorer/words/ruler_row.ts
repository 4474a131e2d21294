import { sized } from "../../shared/canvas";
import { create, setAttribute } from "../../shared/dom";
import { formatCount } from "../../shared/text";
import type { Model } from "../model";
import { columnAround, columnsIn, stepsOfColumn } from "../time/columns";
import { tickInterval, ticksWithin } from "../time/ruler";
import { type StartMarks, startMarks } from "../time/starts";
import type { ViewState } from "../view_state";
import { shareStrength } from "./on_share";

const HEIGHT = 27;
const TICK_ROOM = 76;
const FINE_TICK_ROOM = 7.6;
/** Height of the mark where a sequence starts. The numbers of steps end above it. */
const START_HEIGHT = 4;

export const ROW_TITLE = "drag to select; Shift and a click extend, Ctrl adds; Ctrl and the wheel zoom";

/**
 * In place of words too narrow to read: numbers of steps, starts of sequences, and how many selected cells are on.
 */
export function createRuler(row: HTMLElement, model: Model, view: ViewState): () => void {
  const canvas = create("canvas", "lv-ruler", { "data-part": "ruler", "aria-hidden": "true" });
  row.prepend(canvas);
  return () => {
    canvas.hidden = view.stride.value === null;
    if (canvas.hidden) {
      setAttribute(row, "title", ROW_TITLE);
      return;
    }
    const ratio = view.pixelRatio.value;
    const [first, end] = view.visible.value;
    const stepWidth = model.word_width.value;
    const width = (end - first) * stepWidth;
    canvas.style.width = `${width}px`;
    const context = sized(canvas, Math.round(width * ratio), Math.round(HEIGHT * ratio));
    context.scale(ratio, ratio);
    const x = (step: number) => (Math.min(Math.max(step, first), end) - first) * stepWidth;
    const fill = (color: string, alpha: number, left: number, right: number, top = 0) => {
      context.fillStyle = color;
      context.globalAlpha = alpha;
      context.fillRect(left, top, Math.max(right - left, 1), HEIGHT - top);
    };
    const colors = view.colors.value;
    fill(colors.word, 1, 0, width);
    drawShares(context, x, view);
    const hovered = view.hoveredStep.value;
    if (hovered !== null) {
      const [from, to] = columnAround(hovered, view.stride.value ?? 1);
      fill(colors.hovered, 0.6, x(from), x(to));
    }
    const marks = startMarks(view.knownStarts.value, [first, end], x);
    for (const pixel of marks.pixels) {
      if (marks.strength > 0) fill(colors.second, 0.6 * marks.strength, pixel, pixel + 1);
      fill(colors.second, 0.9, pixel, pixel + 1, HEIGHT - START_HEIGHT);
    }
    setAttribute(row, "title", rowTitle(marks));
    setAttribute(canvas, "data-marked-every", String(marks.every));
    drawTicks(context, x, model, view);
    const cursor = view.cursor.value;
    if (cursor !== null && cursor >= first && cursor < end) {
      const [from, to] = columnAround(cursor, view.stride.value ?? 1);
      context.globalAlpha = 1;
      context.strokeStyle = colors.text;
      context.lineWidth = 1.5;
      context.strokeRect(x(from) - 1.25, 0.75, Math.max(x(to) - x(from), 1) + 2.5, HEIGHT - 1.5);
    }
  };
}

/** What can be done in the row, and what the marks at its lower edge are. */
export function rowTitle({ pixels, every }: Pick<StartMarks, "pixels" | "every">): string {
  const which = every === 1 ? "" : ` of every ${ordinal(every)} sequence`;
  const marks = pixels.length === 0 ? "" : `; marks at the lower edge: starts${which || " of sequences"}`;
  return `${ROW_TITLE}${marks}`;
}

/** 20 → "20th". All counts here are 1, 2 or 5 times a power of ten. */
function ordinal(count: number): string {
  return `${formatCount(count)}${count === 2 ? "nd" : "th"}`;
}

function drawShares(context: CanvasRenderingContext2D, x: (step: number) => number, view: ViewState): void {
  const envelopes = view.envelopes.value;
  if (!envelopes?.on) return;
  const [from, to] = columnsIn(envelopes, view.visible.value);
  context.fillStyle = view.colors.value.selected;
  for (let column = from; column < to; column++) {
    const strength = shareStrength(envelopes.on[column] as number, envelopes.selected);
    if (strength <= 0) continue;
    const [start, stop] = stepsOfColumn(envelopes, column);
    context.globalAlpha = 0.6 * strength;
    context.fillRect(x(start), 0, x(stop) - x(start), HEIGHT);
  }
}

function drawTicks(
  context: CanvasRenderingContext2D,
  x: (step: number) => number,
  model: Model,
  view: ViewState,
): void {
  const [first, end] = view.visible.value;
  const stepWidth = model.word_width.value;
  const colors = view.colors.value;
  const interval = tickInterval(stepWidth, TICK_ROOM);
  const fine = tickInterval(stepWidth, FINE_TICK_ROOM);
  context.globalAlpha = 1;
  context.fillStyle = colors.second;
  // A tick stands at the start of its step.
  for (const tick of ticksWithin([first, end], Math.min(fine, interval))) {
    const major = tick % interval === 0;
    context.fillRect(Math.round(x(tick)), 0, 1, major ? 8 : 3);
  }
  context.font = `11px ${colors.font}`;
  context.textBaseline = "alphabetic";
  context.fillStyle = colors.text;
  const right = x(end);
  for (const tick of ticksWithin([first, end], interval)) {
    const text = formatCount(tick);
    const half = context.measureText(text).width / 2;
    const center = Math.min(Math.max(x(tick), half + 2), right - half - 2);
    context.textAlign = "center";
    context.fillText(text, center, HEIGHT - 6);
  }
}

/** For screen readers the row is a slider where steps share columns, and else a list of words. */
export function describeRow(row: HTMLElement, view: ViewState): void {
  const cursor = view.cursor.value ?? view.visible.value[0];
  const described = describedAs(view.stride.value !== null, cursor);
  for (const [name, value] of Object.entries(described)) setAttribute(row, name, value);
}

/** The attributes of the row; null for none. */
export function describedAs(inColumns: boolean, cursor: number): Record<string, string | null> {
  const keys = "Arrow keys move, with Shift they select.";
  return {
    role: inColumns ? "slider" : "listbox",
    "aria-multiselectable": inColumns ? null : "true",
    "aria-label": `${inColumns ? "Time steps" : "Words"}. ${keys}`,
    "aria-valuenow": inColumns ? String(cursor) : null,
    "aria-valuetext": inColumns ? `step ${formatCount(cursor)}` : null,
  };
}
