/** What tells the selected steps from the rest. */
export interface SelectedSteps {
  steps: number;
  sequences: number;
  /** How many steps they are told from, themselves among these: all, or those on a map that shows a sample. */
  among: number;
  /**
   * The words, and the labels of each track, that are most clearly over-represented, those with most evidence first;
   * `p` is of labels dealt anew, adjusted for the number of words or labels, null until it is known.
   */
  words: readonly Share[];
  labels: readonly (Share & { track: string })[];
  /** The cells that tell the selected steps from the rest best: area under the ROC curve, 0.5…1; sign −1: by being low. */
  cells: readonly { cell: number; auc: number; sign: 1 | -1 }[];
  /**
   * Chance: the greatest |AUC − 0.5| + 0.5 of any cell with selections dealt anew, its mean and 95 % quantile. "within":
   * they are rotated within their sequences; "among": they are whole sequences, and others take their places.
   */
  chance: { mean: number; high: number; draws: number; kind: "within" | "among" } | null;
  error: string;
}

/** How often something occurs among the selected steps (`count` of them, a `share`), and in those they are told from (`base`). */
export interface Share {
  label: string;
  count: number;
  share: number;
  base: number;
  /** share / base. */
  ratio: number;
  p: number | null;
}
