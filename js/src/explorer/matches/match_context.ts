import { type Binary, decodeNumbers } from "../../shared/buffers";
import { hasLabels } from "../../shared/track";
import { decodeTrack, type SentTrack, type TrackWindow } from "../time/window";

/**
 * The words around the matches as Python sends them (CONTRIBUTING.md, "What travels between Python and the page").
 */
export interface SentMatchContext {
  before: Binary;
  shown: Binary;
  after: Binary;
  vocabulary: string[];
  words: Binary;
  on: Binary;
  bands?: Binary | null;
  tracks: Record<string, SentTrack>;
  seconds: number;
  cells: number;
}

/** The steps shown of each match, one after another: before it, of it, and after it. */
export interface MatchContext {
  before: Uint8Array;
  shown: Uint8Array;
  after: Uint8Array;
  /** Place of each match's first step among all steps that were sent. */
  first: Int32Array;
  vocabulary: readonly string[];
  words: Int32Array;
  on: Int32Array;
  /**
   * Where there are no tokens: the share of the cells of each band that are on, 0…255, bands after bands for each step.
   * null where words are shown.
   */
  bands: Uint8Array | null;
  tracks: ReadonlyMap<string, TrackWindow>;
  seconds: number;
  cells: number;
}

export const NO_CONTEXT: MatchContext = {
  before: new Uint8Array(),
  shown: new Uint8Array(),
  after: new Uint8Array(),
  first: new Int32Array(),
  vocabulary: [],
  words: new Int32Array(),
  on: new Int32Array(),
  bands: null,
  tracks: new Map(),
  seconds: 0,
  cells: 0,
};

export function decodeMatchContext(sent: SentMatchContext | null): MatchContext {
  if (!sent) return NO_CONTEXT;
  const before = decodeNumbers(sent.before, Uint8Array);
  const shown = decodeNumbers(sent.shown, Uint8Array);
  const after = decodeNumbers(sent.after, Uint8Array);
  let next = 0;
  const first = Int32Array.from(before, (count, i) => {
    const place = next;
    next += count + (shown[i] as number) + (after[i] as number);
    return place;
  });
  return {
    before,
    shown,
    after,
    first,
    vocabulary: sent.vocabulary,
    words: decodeNumbers(sent.words, Int32Array),
    on: decodeNumbers(sent.on, Int32Array),
    bands: sent.bands ? decodeNumbers(sent.bands, Uint8Array) : null,
    tracks: new Map(Object.entries(sent.tracks).map(([name, track]) => [name, decodeTrack(track)] as const)),
    seconds: sent.seconds,
    cells: sent.cells,
  };
}

/** The label code or number of a track at a place; undefined if it has not been sent. */
export function trackValueAt(context: MatchContext, track: string, place: number): number | undefined {
  const sent = context.tracks.get(track);
  if (sent && hasLabels(sent)) return sent.codes[place];
  return sent?.kind === "continuous" ? sent.values[place] : undefined;
}

/** The probability of the class that an output track expects at a place; undefined for other tracks. */
export function confidenceAt(context: MatchContext, track: string, place: number): number | undefined {
  const sent = context.tracks.get(track);
  return sent?.kind === "output" ? sent.confidence[place] : undefined;
}
