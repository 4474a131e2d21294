import { type Binary, decodeNumbers } from "../../shared/buffers";

interface Sent {
  bounds: Binary;
  texts: readonly string[];
  target?: Binary | null;
  prediction?: Binary;
  confidence?: Binary;
  settled?: Binary;
  changes?: Binary;
  largest_jump?: Binary;
  largest_jump_at?: Binary;
}

/** What is known of each sequence; classes are places in the order of the output track, −1: not known. */
export interface SequenceTable {
  count: number;
  /** Sequence i is the steps bounds[i] … bounds[i + 1] − 1. */
  bounds: Int32Array;
  /** The first words of each. */
  texts: readonly string[];
  target: Int32Array | null;
  /** null, like all below, without an output track. */
  prediction: Int32Array | null;
  confidence: Float32Array | null;
  settled: Int32Array | null;
  changes: Int32Array | null;
  largestJump: Float32Array | null;
  largestJumpAt: Int32Array | null;
}

export function decodeSequences(sent: Sent | null): SequenceTable | null {
  if (!sent) return null;
  const ints = (given: Binary | null | undefined) => (given ? decodeNumbers(given, Int32Array) : null);
  const floats = (given: Binary | undefined) => (given ? decodeNumbers(given, Float32Array) : null);
  return {
    count: sent.texts.length,
    bounds: decodeNumbers(sent.bounds, Int32Array),
    texts: sent.texts,
    target: ints(sent.target),
    prediction: ints(sent.prediction),
    confidence: floats(sent.confidence),
    settled: ints(sent.settled),
    changes: ints(sent.changes),
    largestJump: floats(sent.largest_jump),
    largestJumpAt: ints(sent.largest_jump_at),
  };
}

/** Numbers of the sequences that pass the filters, sorted. */
export function decodeOrder(sent: Binary | null): Int32Array {
  return sent ? decodeNumbers(sent, Int32Array) : new Int32Array(0);
}

/** The number of the sequence of a step. */
export function sequenceAt({ bounds, count }: SequenceTable, step: number): number {
  let [low, high] = [0, count - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((bounds[middle] as number) <= step) low = middle;
    else high = middle - 1;
  }
  return low;
}
