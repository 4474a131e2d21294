import type { MatchContext } from "./match_context";

/**
 * What stands in for a word where there are no tokens: from top to bottom, which of the selected cells are on at the
 * step, as a background. The step is at place `at` among all that were sent. null where there are words.
 */
export function bandsBackground({ bands, words }: MatchContext, at: number): string | null {
  if (!bands || words.length === 0) return null;
  const count = bands.length / words.length;
  const stops = Array.from({ length: count }, (_, band) => {
    const share = Math.round(((bands[at * count + band] as number) / 255) * 100);
    const color = `color-mix(in srgb, var(--lv-selected) ${share}%, var(--lv-word))`;
    return `${color} ${percent(band, count)} ${percent(band + 1, count)}`;
  });
  return `linear-gradient(to bottom, ${stops.join(", ")})`;
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1)}%`;
}
