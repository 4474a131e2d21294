import {
  decodeMatchContext,
  type MatchContext,
  type SentMatchContext,
} from "../../../src/explorer/matches/match_context";

interface Row {
  before: number;
  shown: number;
  after: number;
  words: string[];
  on?: number[];
}

export const numbered = (count: number) => Array.from({ length: count }, (_, i) => `w${i}`);

/** The words around matches as Python sends them. */
export function sentContext(rows: Row[]): SentMatchContext {
  const words = rows.flatMap((row) => row.words);
  const vocabulary = [...new Set(words)];
  const bytes = (name: "before" | "shown" | "after") => Uint8Array.from(rows, (row) => row[name]);
  return {
    before: bytes("before"),
    shown: bytes("shown"),
    after: bytes("after"),
    vocabulary,
    words: Int32Array.from(words, (word) => vocabulary.indexOf(word)),
    on: Int32Array.from(rows.flatMap((row) => row.on ?? row.words.map(() => 0))),
    tracks: {
      pos: { codes: Int32Array.from(words, (_, i) => i) },
      p: { values: Float32Array.from(words, () => 0.5) },
    },
    seconds: 0.5,
    cells: 4,
  };
}

export function context(rows: Row[]): MatchContext {
  return decodeMatchContext(sentContext(rows));
}
