import { type Binary, decodeNumbers } from "../../shared/buffers";
import { firstAtLeast } from "../../shared/lists";
import type { Range } from "./ranges";

/** Many steps in few columns. A column is a run of `stride` steps from a multiple of it; the last one may be cut. */
export interface Columns {
  layer: string;
  stride: number;
  start: number;
  stop: number;
  /** Least and greatest finite value of all cells in each column; NaN if there is none. */
  lowest: Float64Array;
  highest: Float64Array;
  /** How dense the values of all cells lie, 0…255: column by column, upwards over `densityRange`. */
  density: Uint8Array;
  densityRange: Range;
  /** One of so many values is counted for the density; 1: all. */
  densityEvery: number;
  /** Only if a column is a single step. */
  words: readonly string[] | null;
  tracks: ReadonlyMap<string, TrackColumns>;
  /** Ascending. */
  sequenceStarts: readonly number[];
  /** Number of the sequence of `start`, from 0. */
  sequence: number;
}

/** Label codes (−1: no label), numbers or scores (NaN: none), one a column; and more of columns of several steps. */
export type TrackColumns =
  | OutputColumns
  | ({ kind: "categorical"; codes: Int32Array } & Partial<LabelCounts>)
  /** The mean of numbers; the greatest of zeros and ones, and which share of a column's steps is 1. */
  | ({ kind: "continuous"; values: Float32Array; shares?: Float32Array } & Partial<Spread>)
  | ({ kind: "top-k"; scores: Float32Array } & Partial<Spread>);

/** Besides the means of the expected classes' probabilities, and of those of the rows of classes, in 255ths. */
type OutputColumns = {
  kind: "output";
  codes: Int32Array;
  confidence: Float32Array;
  probabilities: Uint8Array;
  targets?: Int32Array;
} & Partial<LabelCounts>;

/** How many steps of each column have its most frequent label; each of the first labels, and, at last, any other. */
interface LabelCounts {
  most: Int32Array;
  counts: Int32Array;
}

/** Quantiles of each column's numbers, in ascending order, and the share of its steps that have a number. */
interface Spread {
  quantiles: Float32Array;
  known: Float32Array;
}

/** The cells that are drawn one by one: their least and greatest values, columns × cells. */
export interface Envelopes {
  layer: string;
  stride: number;
  start: number;
  stop: number;
  cells: readonly number[];
  low: Float32Array | Float64Array;
  high: Float32Array | Float64Array;
  /** The number of selected cells, and how many of them are on in each column on average (null: not known yet). */
  selected: number;
  on: Float32Array | null;
  /**
   * The share of a column's steps at which each cell is on at `threshold`, 0…255, columns × cells. null where each step
   * has a column, and until they are known.
   */
  shares: Uint8Array | null;
  threshold: number | null;
}

/** The columns as Python sends them (CONTRIBUTING.md, "What travels between Python and the page"). */
export interface SentColumns {
  layer: string;
  stride: number;
  start: number;
  stop: number;
  lowest: Binary;
  highest: Binary;
  density: Binary;
  density_range: Range;
  density_every?: number;
  words: string[] | null;
  tracks: Record<string, SentTrackColumns>;
  sequence_starts: Binary;
  sequence?: number;
}

type SentTrackColumns =
  | {
      codes: Binary;
      most?: Binary;
      counts?: Binary;
      confidence: Binary;
      probabilities: Binary;
      targets?: Binary;
    }
  | { codes: Binary; most?: Binary; counts?: Binary }
  | { values: Binary; shares?: Binary; quantiles?: Binary; known?: Binary }
  | { scores: Binary; quantiles?: Binary; known?: Binary };

export interface SentEnvelopes {
  layer: string;
  stride: number;
  start: number;
  stop: number;
  cells: number[];
  dtype: "float32" | "float64";
  low: Binary;
  high: Binary;
  selected: number;
  on: Binary | null;
  shares: Binary | null;
  threshold: number | null;
}

export function decodeColumns(sent: SentColumns | null | undefined): Columns | null {
  if (!sent?.density) return null;
  const { layer, stride, start, stop, words } = sent;
  const tracks = Object.entries(sent.tracks).map(
    ([name, track]) => [name, decodeTrackColumns(track)] as const,
  );
  return {
    ...{ layer, stride, start, stop, words },
    lowest: decodeNumbers(sent.lowest, Float64Array),
    highest: decodeNumbers(sent.highest, Float64Array),
    density: decodeNumbers(sent.density, Uint8Array),
    densityRange: sent.density_range,
    densityEvery: sent.density_every ?? 1,
    tracks: new Map(tracks),
    sequenceStarts: Array.from(decodeNumbers(sent.sequence_starts, Int32Array), (offset) => start + offset),
    sequence: sent.sequence ?? 0,
  };
}

function decodeTrackColumns(sent: SentTrackColumns): TrackColumns {
  if ("codes" in sent) {
    const { codes, most, counts } = sent;
    const labels =
      most && counts
        ? { most: decodeNumbers(most, Int32Array), counts: decodeNumbers(counts, Int32Array) }
        : {};
    if ("confidence" in sent) {
      return {
        kind: "output",
        codes: decodeNumbers(codes, Int32Array),
        confidence: decodeNumbers(sent.confidence, Float32Array),
        probabilities: decodeNumbers(sent.probabilities, Uint8Array),
        ...(sent.targets && { targets: decodeNumbers(sent.targets, Int32Array) }),
        ...labels,
      };
    }
    return { kind: "categorical", codes: decodeNumbers(codes, Int32Array), ...labels };
  }
  const spread =
    sent.quantiles && sent.known
      ? {
          quantiles: decodeNumbers(sent.quantiles, Float32Array),
          known: decodeNumbers(sent.known, Float32Array),
        }
      : {};
  if ("scores" in sent) return { kind: "top-k", scores: decodeNumbers(sent.scores, Float32Array), ...spread };
  const shares = sent.shares ? { shares: decodeNumbers(sent.shares, Float32Array) } : {};
  return { kind: "continuous", values: decodeNumbers(sent.values, Float32Array), ...shares, ...spread };
}

/** While the threshold moves, the old counts of cells that are on are kept until the new ones have come. */
export function decodeEnvelopes(
  sent: SentEnvelopes | null | undefined,
  previous: Envelopes | null,
): Envelopes | null {
  if (!sent?.low) return null;
  const { layer, stride, start, stop, cells, selected } = sent;
  const Numbers = sent.dtype === "float64" ? Float64Array : Float32Array;
  const isSame = previous && previous.stride === stride && previous.start === start && previous.stop === stop;
  const stale = isSame && previous.layer === layer ? { selected: previous.selected, on: previous.on } : null;
  const shares = sent.shares ? decodeNumbers(sent.shares, Uint8Array) : null;
  const keepShares = !shares && stale && previous && isEqualList(previous.cells, cells);
  return {
    ...{ layer, stride, start, stop, cells },
    low: decodeNumbers(sent.low, Numbers as Float32ArrayConstructor),
    high: decodeNumbers(sent.high, Numbers as Float32ArrayConstructor),
    ...(sent.on ? { selected, on: decodeNumbers(sent.on, Float32Array) } : (stale ?? { selected, on: null })),
    shares: keepShares ? previous.shares : shares,
    threshold: keepShares ? previous.threshold : (sent.threshold ?? null),
  };
}

function isEqualList(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}

interface Span {
  start: number;
  stop: number;
  stride: number;
}

/** The column of `span` that holds `step`; −1 if none does. */
export function columnOf(span: Span, step: number): number {
  if (step < span.start || step >= span.stop) return -1;
  return Math.floor(step / span.stride) - span.start / span.stride;
}

/** The range of the numbers of the columns of `span` that have steps in [first, end). */
export function columnsIn(span: Span, [first, end]: Range): Range {
  const from = Math.max(first, span.start);
  const to = Math.min(end, span.stop);
  if (from >= to) return [0, 0];
  return [columnOf(span, from), columnOf(span, to - 1) + 1];
}

/** The steps of the i-th column. */
export function stepsOfColumn(span: Span, column: number): Range {
  const start = span.start + column * span.stride;
  return [start, Math.min(start + span.stride, span.stop)];
}

/** The steps that share a column with `step`. */
export function columnAround(step: number, stride: number): Range {
  const start = Math.floor(step / stride) * stride;
  return [start, start + stride];
}

/** `range` widened to whole columns, as far as `bounds` reach. */
export function wholeColumns([start, stop]: Range, stride: number, [low, high]: Range): Range {
  const from = Math.floor(start / stride) * stride;
  const to = Math.ceil(stop / stride) * stride;
  return [Math.max(from, Math.min(low, start)), Math.min(to, Math.max(high, stop))];
}

/** The numbers, from 0, of the first and the last sequence that have steps in the column of a step; null if unknown. */
export function sequencesAt(columns: Columns, step: number): Range | null {
  const column = columnOf(columns, step);
  if (column < 0) return null;
  const [start, stop] = stepsOfColumn(columns, column);
  return [sequenceOfStep(columns, start), sequenceOfStep(columns, stop - 1)];
}

function sequenceOfStep({ start, sequence, sequenceStarts }: Columns, step: number): number {
  return sequence + firstAtLeast(sequenceStarts, step + 1) - firstAtLeast(sequenceStarts, start + 1);
}
