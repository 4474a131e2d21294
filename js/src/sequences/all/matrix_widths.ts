import { textWidth } from "../../shared/fit_text";
import { clamp } from "../../shared/numbers";
import { formatCount } from "../../shared/text";

const FONT_SIZE = 11.5;
/** Widths of a cell, in pixels, where there is room, and where there isn't. */
const CELLS = [24, 44] as const;
const NARROWEST = 18;
/** Room in a cell beside its number, and beside a name for its dot. */
const PADDING = 11;
const DOT = 30;
/** Least and greatest width of names, and the share of the column that they may take. */
const NAMES = [48, 150] as const;
const NAME_SHARE = 0.32;
/** Least width of the bars, and that of their numbers. */
const BARS = 52;
const NUMBERS = 74;
const GAP = 10;

interface Widths {
  names: number;
  cell: number;
  /** Whether there is room for bars, and for their numbers. */
  bars: boolean;
  numbers: boolean;
}

/** Widths of the parts of a matrix in `room` pixels. */
export function widthsIn(
  room: number,
  labels: readonly string[],
  counts: readonly number[],
  font: string,
  widthOf: (text: string, font: string) => number = textWidth,
): Widths {
  const longest = (texts: readonly string[]) =>
    Math.ceil(texts.reduce((most, text) => Math.max(most, widthOf(text, `${FONT_SIZE}px ${font}`)), 0));
  const cell = clamp(longest(counts.map(shortCount)) + PADDING, ...CELLS);
  const besides = labels.length * cell + GAP;
  const most = Math.max(room * NAME_SHARE, room - besides - BARS - NUMBERS);
  const names = clamp(longest(labels) + DOT, NAMES[0], Math.min(NAMES[1], Math.round(most)));
  const left = room - names - besides;
  if (left < -GAP) {
    const narrow = Math.floor((room - names) / Math.max(1, labels.length));
    return { names, cell: clamp(narrow, NARROWEST, cell), bars: false, numbers: false };
  }
  return { names, cell, bars: left >= BARS, numbers: left >= BARS + NUMBERS };
}

/** A count that fits into a cell: 1,204, 12k, 1.2M. */
export function shortCount(count: number): string {
  if (count < 10_000) return formatCount(count);
  if (count < 999_500) return `${Math.round(count / 1000)}k`;
  return `${(count / 1e6).toFixed(1)}M`;
}
