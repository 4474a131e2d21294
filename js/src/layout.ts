import { clamp, type Range } from "./snap";

/** Width of the column on the left that holds the axis and the names of the rows, in CSS pixels. */
export const LABEL_WIDTH = 58;
export const PLOT_HEIGHT = 220;
/** Room above and below the value axis, so that its outermost labels and the hovered cell's number fit. */
export const PLOT_PADDING = 8;

export const WORD_WIDTH_LIMITS: Range = [6, 200];

/** Below this squeeze letters can no longer be read; the rest of the word is cut with an ellipsis. */
const NARROWEST_SQUEEZE = 0.45;

/** How many whole steps fit beside the label column. */
export function stepsThatFit(width: number, wordWidth: number): number {
  return Math.max(1, Math.floor((width - LABEL_WIDTH) / wordWidth));
}

/** The time step under `x`, counted in pixels from the end of the label column. */
export function stepAt(x: number, position: number, wordWidth: number): number {
  return position + Math.floor(x / wordWidth);
}

/** The last page stays full: there is nothing to see after the last step. */
export function clampPosition(position: number, steps: number, visible: number): number {
  return clamp(Math.round(position), 0, steps - visible);
}

/** A page less two steps, so that the eye finds where it was. */
export function pageLength(visible: number): number {
  return Math.max(1, visible - 2);
}

/** First step shown when `range` should be seen with what comes before and after it. */
export function positionShowing(range: Range, steps: number, visible: number): number {
  return clampPosition(range[0] - Math.floor(visible / 3), steps, visible);
}

export interface Squeeze {
  /** Horizontal scale of the text. */
  scale: number;
  /** Width before scaling at which the text is cut, or null where all of it fits. */
  cutAt: number | null;
}

/** How to fit a text of width `text` into `room` pixels. */
export function squeeze(text: number, room: number): Squeeze {
  if (text <= room) return { scale: 1, cutAt: null };
  const scale = Math.max(room, 1) / text;
  if (scale >= NARROWEST_SQUEEZE) return { scale, cutAt: null };
  return { scale: NARROWEST_SQUEEZE, cutAt: Math.max(room, 1) / NARROWEST_SQUEEZE };
}

export interface MatchColumns {
  word: number;
  square: number;
}

/**
 * Width of a word and of a heatmap square in the match view, where `columns` of each stand side by side; there are
 * `heatmaps` of the latter.
 */
export function matchColumns(room: number, columns: number, heatmaps = 1): MatchColumns {
  const each = room / Math.max(columns, 1);
  // Few words stay easy to read, if need be by scrolling; many are there to be seen as a whole.
  const few = columns <= 14;
  const word = clamp(Math.floor((each * 3) / (3 + heatmaps)), few ? 34 : 23, 56);
  return { word, square: clamp(Math.floor((each - word) / heatmaps), few ? 10 : 6, 22) };
}
