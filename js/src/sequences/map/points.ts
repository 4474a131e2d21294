import { type Binary, decodeNumbers } from "../../shared/buffers";

/** What is known of the map. */
export interface MapFacts {
  method: "pca" | "tsne" | "given";
  points: number;
  steps: number;
  explained: readonly number[] | null;
  perplexity: number | null;
  notes: readonly string[];
  /** null until it is measured. */
  trust: Readonly<Record<"map" | "pca" | "shuffled", TrustFigures>> | null;
  /** Whether the points stay where they are: those of t-SNE move until it is done. */
  settled: boolean;
}

interface TrustFigures {
  trustworthiness: number | null;
  kept: number | null;
  jumps: number | null;
}

/** The points of the map. */
export interface MapPoints {
  count: number;
  /** x and y of each point, in units of the map. */
  coordinates: Float32Array;
  /** The step of each point, ascending; null: point i is step i. */
  steps: Int32Array | null;
}

export function decodePoints(
  sent: { count: number; coordinates: Binary; steps: Binary | null } | null,
): MapPoints | null {
  if (!sent) return null;
  return {
    count: sent.count,
    coordinates: decodeNumbers(sent.coordinates, Float32Array),
    steps: sent.steps ? decodeNumbers(sent.steps, Int32Array) : null,
  };
}

/** What colours the points. */
export interface PointColors {
  /** The value of `color_by`. */
  by: string;
  /** "classes" and "labels": `codes`, drawn in the colours of labels; "values": `values`, 0…1 within `range`. */
  kind: "classes" | "labels" | "values";
  /** Names of the first codes. */
  labels: readonly string[];
  /** 65535: none. */
  codes: Uint16Array | null;
  /** How strong the colour of each point is, in 255ths; null: all are strong. */
  strength: Uint8Array | null;
  /** In 254ths of the range; 255: no value. */
  values: Uint8Array | null;
  range: readonly [number, number] | null;
}

export function decodePointColors(
  // biome-ignore lint/suspicious/noExplicitAny: as Python sends it.
  sent: any,
): PointColors | null {
  if (!sent) return null;
  const bytes = (given: Binary | null) => (given ? decodeNumbers(given, Uint8Array) : null);
  const codes = bytes(sent.codes);
  return {
    by: sent.by,
    kind: sent.kind,
    labels: sent.labels ?? [],
    codes: codes && new Uint16Array(codes.slice().buffer),
    strength: bytes(sent.strength),
    values: bytes(sent.values),
    range: sent.range ?? null,
  };
}

/** Successive steps of a sequence on the map. */
export interface Trajectory {
  sequence: number;
  /** The sequence is [first, end); of a long one only `count` steps from `start` on are there. */
  first: number;
  end: number;
  start: number;
  count: number;
  /** x and y of each step; NaN: it is not on the map. */
  coordinates: Float32Array;
  codes: Int32Array | null;
  confidence: Float32Array | null;
  distances: Float32Array | null;
}

export function decodeTrajectories(
  // biome-ignore lint/suspicious/noExplicitAny: as Python sends it.
  sent: readonly any[],
): readonly Trajectory[] {
  return sent.map((each) => {
    const coordinates = decodeNumbers(each.coordinates as Binary, Float32Array);
    return {
      sequence: each.sequence,
      first: each.first,
      end: each.end,
      start: each.start,
      count: coordinates.length / 2,
      coordinates,
      codes: each.codes ? decodeNumbers(each.codes as Binary, Int32Array) : null,
      confidence: each.confidence ? decodeNumbers(each.confidence as Binary, Float32Array) : null,
      distances: each.distances ? decodeNumbers(each.distances as Binary, Float32Array) : null,
    };
  });
}

/** The steps whose states are nearest to that of `step`, the nearest first. */
export interface Neighbours {
  step: number;
  steps: readonly number[];
  /** The words of the step and of its neighbours. */
  word?: string;
  words?: readonly string[];
}

/** Matches of the linked explorer. */
interface MatchRanges {
  start: Int32Array;
  stop: Int32Array;
}

export function decodeMatches(sent: { start: Binary; stop: Binary } | null): MatchRanges | null {
  return (
    sent && {
      start: decodeNumbers(sent.start, Int32Array),
      stop: decodeNumbers(sent.stop, Int32Array),
    }
  );
}
