import { type Binary, decodeNumbers } from "../../shared/buffers";

interface Sent {
  sequence: number;
  first: number;
  end: number;
  start: number;
  stop: number;
  words: readonly string[];
  distances: Binary | null;
  codes: Binary | null;
  confidence: Binary | null;
  probabilities: Binary | null;
}

/** The current sequence, [first, end), of which the steps [start, stop) are there. */
export interface CurrentWords {
  sequence: number;
  first: number;
  end: number;
  start: number;
  stop: number;
  words: readonly string[];
  /** Element i is the jump from step start + i to the next; NaN after the last. null until they are measured. */
  distances: Float32Array | null;
  /** Places of the expected classes; null without an output track. */
  codes: Int32Array | null;
  confidence: Float32Array | null;
  /** A row a step, a column a class in the order of the output track; of more than 13 classes the last is all others. */
  probabilities: Float32Array | null;
}

export function decodeWords(sent: Sent | null): CurrentWords | null {
  if (!sent) return null;
  const floats = (given: Binary | null) => (given ? decodeNumbers(given, Float32Array) : null);
  return {
    ...sent,
    distances: floats(sent.distances),
    codes: sent.codes ? decodeNumbers(sent.codes, Int32Array) : null,
    confidence: floats(sent.confidence),
    probabilities: floats(sent.probabilities),
  };
}
