/** What the jump from `step` to `step + 1` was made of. */
export interface Cause {
  step: number;
  layer: string;
  metric: string;
  /** The words of both steps. */
  words: readonly [string, string];
  /** null where a value of the states isn't finite. */
  distance: number | null;
  /** Share of all jumps that are shorter, 0…1; null until they are measured. */
  quantile: number | null;
  /** Places of the expected classes before and after it; null without an output track. */
  classes: readonly [number, number] | null;
  /** The class that is explained: that expected after the jump; its probabilities before and after. */
  of: number | null;
  probabilities: readonly [number, number] | null;
  /**
   * The cells with the greatest effect of their change on the logit of the class, or, without weights, whose effect is
   * null, with the greatest change; `share` is their part of the squared length of the jump, 0…1.
   */
  cells: readonly { cell: number; change: number | null; effect: number | null; share: number | null }[];
  /** Number, summed effect and summed share of the other cells. */
  rest: { cells: number; effect: number | null; share: number | null };
  /**
   * What leaving out the word after the jump does to the `final` probability of the class that is predicted for its
   * sequence, the place `of`: without the word it is `final` + `effect`. null where that isn't known.
   */
  occlusion: { effect: number; final: number; of: number } | null;
  error: string;
}
