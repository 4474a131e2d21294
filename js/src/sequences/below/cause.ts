/** What the jump from `step` to `step + 1` was made of. */
export interface Cause {
  step: number;
  /** The words of both steps. */
  words: readonly [string, string];
  distance: number;
  /** Share of all jumps that are shorter, 0…1. */
  quantile: number;
  /** Places of the expected classes before and after it; null without an output track. */
  classes: readonly [number, number] | null;
  /** The class that is explained: that expected after the jump; its probabilities before and after. */
  of: number | null;
  probabilities: readonly [number, number] | null;
  /** The cells with the greatest effect (of the change on the logit of the class; without weights, the change). */
  cells: readonly { cell: number; change: number; effect: number | null }[];
  /** Number and summed effect of the other cells. */
  rest: { cells: number; effect: number | null };
  /** What leaving out the word after the jump does to the final probability; null where it isn't known. */
  occlusion: { effect: number; final: number } | null;
  error: string;
}
