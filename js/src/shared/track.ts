import type { Range } from "./ranges";

export interface Track {
  name: string;
  kind: "categorical" | "continuous" | "top-k" | "output";
  /** Labels of a categorical track, or classes that an output track expects somewhere, the most frequent first. */
  labels?: string[];
  counts?: number[];
  /** Range of the finite values of a continuous track, or of the scores of a top-k one; null if there are none. */
  range?: Range | null;
  /** Whether all values of a continuous track are 0 or 1. */
  binary?: boolean;
  /** Labels a step of a top-k track. */
  k?: number;
  /** Classes that an output track expects nowhere, up to a thousand, and the number of all classes. */
  unexpected?: string[];
  classes?: number;
  /** Where each class has a row: the places of the rows' classes among `labels` and `unexpected`, from the top. */
  rows?: number[];
  /** Whether true classes of an output track are known. */
  targets?: boolean;
}

/** Whether a track, or what was sent of it, has a label at each step. */
export function hasLabels<T extends { kind: string }>(
  given: T,
): given is T & { kind: "categorical" | "output" } {
  return given.kind === "categorical" || given.kind === "output";
}
