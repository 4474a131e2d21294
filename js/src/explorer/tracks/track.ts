import type { Range } from "../time/ranges";

export interface Track {
  name: string;
  kind: "categorical" | "continuous" | "top-k";
  /** Labels of a categorical track, the most frequent first. */
  labels?: string[];
  counts?: number[];
  /** Range of the finite values of a continuous track, or of the scores of a top-k one; null if there are none. */
  range?: Range | null;
  /** Whether all values of a continuous track are 0 or 1. */
  binary?: boolean;
  /** Labels a step of a top-k track. */
  k?: number;
}
