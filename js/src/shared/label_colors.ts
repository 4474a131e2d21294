/** Further labels share one grey: more colours could not be told apart. */
export const LABEL_COLORS = 12;
