/** What tells the selected steps from the rest. */
export interface SelectedSteps {
  steps: number;
  sequences: number;
  /** The words, and the labels of each track, that are most over-represented; `p` of random rotations. */
  words: readonly Share[];
  labels: readonly (Share & { track: string })[];
  /** The cells whose values tell the selected steps from the rest best: area under the ROC curve; sign −1: by being low. */
  cells: readonly { cell: number; auc: number; sign: 1 | -1 }[];
  /** Chance: the greatest |AUC − 0.5| + 0.5 of any cell with rotated selections, its mean and 95 % quantile. */
  chance: { mean: number; high: number } | null;
  error: string;
}

/** How often something occurs among the selected steps (`count` of them, a `share`), and in all steps (`base`). */
export interface Share {
  label: string;
  count: number;
  share: number;
  base: number;
  /** share / base. */
  ratio: number;
  p: number | null;
}
