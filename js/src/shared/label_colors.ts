/** Further labels share one grey: more colours could not be told apart. */
export const LABEL_COLORS = 12;

/** The colour of a label, by its rank among the labels of its track. */
export function labelColor(code: number): string {
  if (code < 0) return "transparent";
  return code < LABEL_COLORS ? `var(--lv-label-${code})` : "var(--lv-label-rest)";
}

/** The background of a word with a label, paler for a `strength` below 1. Text on it can be read at any strength. */
export function labelBackground(code: number, strength = 1): string {
  const amount =
    strength < 1 ? `calc(${strength.toFixed(3)} * var(--lv-label-strength))` : "var(--lv-label-strength)";
  return `color-mix(in srgb, ${labelColor(code)} ${amount}, var(--lv-ground))`;
}
