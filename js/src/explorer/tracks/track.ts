import type { Range } from "../time/ranges";

export interface Track {
  name: string;
  kind: "categorical" | "continuous" | "top-k";
  /** Of a categorical track, the most frequent first, and how many steps have each. */
  labels?: string[];
  counts?: number[];
  /** The finite values of a continuous track, or the scores of a top-k one; null where there are none. */
  range?: Range | null;
  /** Whether all values of a continuous track are 0 or 1. */
  binary?: boolean;
  /** Labels a step of a top-k track. */
  k?: number;
}
