import { type Binary, decodeNumbers } from "../../shared/buffers";
import type { Precision } from "./precision";

/** What is drawn: the states and words of some time steps. */
export interface Window {
  layer: string;
  start: number;
  stop: number;
  cells: number;
  precision: Precision;
  /** (stop − start) × cells, time-major. */
  values: Float32Array | Float64Array;
  words: readonly string[];
  tracks: ReadonlyMap<string, TrackWindow>;
  sequenceStarts: readonly number[];
}

/** A track at the steps of a window. */
export type TrackWindow =
  /** −1 means no label. */
  | { kind: "categorical"; codes: Int32Array }
  /** NaN means no value. */
  | { kind: "continuous"; values: Float32Array }
  /** k labels and k scores a step. */
  | { kind: "top-k"; labels: readonly (readonly string[])[]; scores: Float32Array }
  | OutputWindow;

/** The expected classes, their probabilities, those of the rows of classes, and the true classes (−1: none). */
interface OutputWindow {
  kind: "output";
  codes: Int32Array;
  confidence: Float32Array;
  probabilities?: Float32Array;
  targets?: Int32Array;
}

export type SentTrack =
  | { codes: Binary }
  | { codes: Binary; confidence: Binary; probabilities?: Binary; targets?: Binary }
  | { values: Binary }
  | { labels: string[][]; scores: Binary };

/** The window as Python sends it (CONTRIBUTING.md, "What travels between Python and the page"). */
export interface SentWindow {
  layer: string;
  start: number;
  stop: number;
  cells: number;
  dtype: "float32" | "float64";
  precision?: Precision;
  values: Binary;
  words: string[];
  tracks: Record<string, SentTrack>;
  sequence_starts: number[];
}

/** If the values are the same as those of `previous`, its array is kept, so that nothing is drawn again. */
export function decodeWindow(sent: SentWindow | null | undefined, previous: Window | null): Window | null {
  if (!sent?.values) return null;
  const isDouble = sent.dtype === "float64";
  const values = isDouble
    ? decodeNumbers(sent.values, Float64Array)
    : decodeNumbers(sent.values, Float32Array);
  const tracks = Object.entries(sent.tracks ?? {}).map(
    ([name, track]) => [name, decodeTrack(track)] as const,
  );
  const decoded: Window = {
    layer: sent.layer,
    start: sent.start,
    stop: sent.stop,
    cells: sent.cells,
    precision: sent.precision ?? sent.dtype,
    values,
    words: sent.words,
    tracks: new Map(tracks),
    sequenceStarts: sent.sequence_starts ?? [],
  };
  return previous && sameValues(previous, decoded) ? { ...decoded, values: previous.values } : decoded;
}

export function decodeTrack(sent: SentTrack): TrackWindow {
  if ("confidence" in sent) {
    const { probabilities, targets } = sent;
    return {
      kind: "output",
      codes: decodeNumbers(sent.codes, Int32Array),
      confidence: decodeNumbers(sent.confidence, Float32Array),
      ...(probabilities && { probabilities: decodeNumbers(probabilities, Float32Array) }),
      ...(targets && { targets: decodeNumbers(targets, Int32Array) }),
    };
  }
  if ("codes" in sent) return { kind: "categorical", codes: decodeNumbers(sent.codes, Int32Array) };
  if ("values" in sent) return { kind: "continuous", values: decodeNumbers(sent.values, Float32Array) };
  return { kind: "top-k", labels: sent.labels, scores: decodeNumbers(sent.scores, Float32Array) };
}

function sameValues(a: Window, b: Window): boolean {
  if (a.layer !== b.layer || a.start !== b.start || a.stop !== b.stop || a.cells !== b.cells) return false;
  if (a.values.BYTES_PER_ELEMENT !== b.values.BYTES_PER_ELEMENT) return false;
  // Compared as integers, because NaN is unequal to itself.
  const before = asIntegers(a.values);
  const after = asIntegers(b.values);
  return before.length === after.length && before.every((value, i) => value === after[i]);
}

function asIntegers(values: Float32Array | Float64Array): Int32Array {
  return new Int32Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength / 4);
}

/** How many of `cells` are on at each step of the window. */
export function countOn(window: Window, cells: readonly number[], threshold: number): Int32Array {
  const counts = new Int32Array(window.stop - window.start);
  for (let step = 0; step < counts.length; step++) {
    const row = step * window.cells;
    let count = 0;
    for (const cell of cells) if ((window.values[row + cell] as number) >= threshold) count++;
    counts[step] = count;
  }
  return counts;
}
