import { clamp } from "../../shared/numbers";
import type { Range } from "./ranges";

/** Limits of the width of the column on the left that holds the axis and the names of the rows, in CSS pixels. */
export const LABEL_WIDTHS: Range = [58, 150];
/** Room after a name within that column. */
export const LABEL_GAP = 9;
/** On narrow pages the column takes at most this share of the width. */
const MOST_LABEL_SHARE = 0.16;
/** Room above and below the value axis, so that its outermost labels and the hovered cell's number fit. */
export const PLOT_PADDING = 8;

/** Width of the threshold profile with the gap before it, and the least width of a page that has one. */
const PROFILE_ROOM = 116;
const NARROWEST_WITH_PROFILE = 700;

export const WORD_WIDTH_LIMITS: Range = [2, 200];
/** In narrower steps words cannot be read: a ruler takes their place, and steps become columns of pixels. */
export const READABLE_WIDTH = 12;

/** Limits of the height of the page, and the height that it has until it is changed. */
export const HEIGHTS: Range = [300, 4000];
export const USUAL_HEIGHT = 760;

/** From this width of the page on, the match list stands beside the plot, not below it. */
export const BESIDE_FROM = 1600;

/** Height of the plot in a page of this height. Beside the match list, there is more room for it. */
export function plotHeightIn(height: number, beside: boolean): number {
  return beside ? clamp(Math.round(height * 0.5), 110, 640) : clamp(Math.round(height * 0.24), 110, 320);
}

/** The width of the label column that the longest of some names needs, within limits. */
export function labelWidthFor(widest: number, pageWidth: number): number {
  const [least, most] = LABEL_WIDTHS;
  return clamp(
    Math.ceil(widest) + LABEL_GAP,
    least,
    Math.max(least, Math.min(most, pageWidth * MOST_LABEL_SHARE)),
  );
}

/** How many whole steps fit into `room` pixels. */
export function stepsThatFit(room: number, wordWidth: number): number {
  // The small number makes up for rounding, so that a width made for a number of steps holds them.
  return Math.max(1, Math.floor(room / wordWidth + 1e-6));
}

/**
 * How many steps share a column: a power of two such that columns are 1 to 2 pixels wide. null where there are words.
 */
export function strideAt(wordWidth: number): number | null {
  if (wordWidth >= READABLE_WIDTH) return null;
  return wordWidth >= 1 ? 1 : 2 ** Math.ceil(-Math.log2(wordWidth) - 1e-9);
}

/** The width at which all steps are in view in `room` pixels, at most the greatest width allowed. */
export function wholeWidth(room: number, steps: number): number {
  const each = Math.max(1, room) / Math.max(1, steps);
  return each >= 2 ? Math.min(Math.floor(each), WORD_WIDTH_LIMITS[1]) : each;
}

const ZOOM_FACTOR = 1.25;

/** The next width up (1) or down (−1): by a quarter, in whole pixels from 2 on, not below `least`. */
export function nextWidth(wordWidth: number, direction: 1 | -1, least: number): number {
  const [narrow] = WORD_WIDTH_LIMITS;
  const free = wordWidth * ZOOM_FACTOR ** direction;
  if (direction < 0 && wordWidth > narrow) {
    return allowedWidth(Math.max(narrow, Math.min(Math.round(free), Math.ceil(wordWidth) - 1)), least);
  }
  return allowedWidth(free > narrow ? Math.max(Math.round(free), Math.floor(wordWidth) + 1) : free, least);
}

/** An allowed width of at least `least`; from 2 on in whole pixels. */
export function allowedWidth(wordWidth: number, least: number): number {
  const [narrow, wide] = WORD_WIDTH_LIMITS;
  const width = clamp(wordWidth, least, wide);
  return width >= narrow ? Math.round(width) : width;
}

/** Pixels beside the plot that are kept free for the threshold profile, even while there is none. */
export function profileRoom(width: number): number {
  return width < NARROWEST_WITH_PROFILE ? 0 : PROFILE_ROOM;
}

/** The time step under `x`, counted in pixels from the end of the label column. */
export function stepAt(x: number, position: number, wordWidth: number): number {
  return position + Math.floor(x / wordWidth);
}

/** The time step under `x` if it is in sight, else null. */
export function stepInSight(x: number, [first, end]: Range, wordWidth: number): number | null {
  const step = stepAt(x, first, wordWidth);
  return step >= first && step < end ? step : null;
}

/** The gap after a step: one pixel, or none after narrow steps. */
export function gapAfter(wordWidth: number): number {
  return wordWidth > 3 ? 1 : 0;
}

export interface Extent {
  left: number;
  width: number;
}

/** Where the visible part of `range` lies, in pixels; null if none of it is in sight. */
export function extentInSight(
  range: Range,
  [first, end]: Range,
  wordWidth: number,
  leastWidth = 0,
): Extent | null {
  const start = Math.max(range[0], first);
  const stop = Math.min(range[1], end);
  if (start >= stop) return null;
  const width = (stop - start) * wordWidth - gapAfter(wordWidth);
  return { left: (start - first) * wordWidth, width: Math.max(leastWidth, width) };
}

/** The position that a key moves to; null for keys that do not move along time. */
export function positionAfter(
  key: string,
  { position, step, page, steps }: { position: number; step: number; page: number; steps: number },
): number | null {
  switch (key) {
    case "ArrowLeft":
      return position - step;
    case "ArrowRight":
      return position + step;
    case "PageUp":
      return position - page;
    case "PageDown":
      return position + page;
    case "Home":
      return 0;
    case "End":
      return steps;
    default:
      return null;
  }
}

/** Limit a position so that the last page stays full. */
export function clampPosition(position: number, steps: number, visible: number): number {
  return clamp(Math.round(position), 0, steps - visible);
}

/** How many steps an arrow key moves: one word, or as many narrow steps as take about the room of one. */
export function smallMove(wordWidth: number): number {
  return Math.max(1, Math.round(READABLE_WIDTH / wordWidth));
}

/** How many steps a page key moves: a little less than a page, so that one finds one's place. */
export function pageLength(visible: number): number {
  return Math.max(1, visible - Math.max(2, Math.round(visible / 50)));
}

/** The position at which `range` is seen with some context before and after it. */
export function positionShowing(range: Range, steps: number, visible: number): number {
  return clampPosition(range[0] - Math.floor(visible / 3), steps, visible);
}

/** The steps of `window` whose lines reach into sight: one more on both sides. */
export function drawnSteps(window: { start: number; stop: number }, [first, end]: Range): Range {
  return [Math.max(window.start, first - 1), Math.min(window.stop, end + 1)];
}
