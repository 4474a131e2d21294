import { create, pool } from "../../shared/dom";
import { createFitted, fitText } from "../../shared/fit_text";
import type { Track } from "../../shared/track";
import type { Window } from "../time/window";
import { scoreStrength, trueNext } from "./track_colors";
import type { TrackDrawing } from "./track_row";

const FONT_SIZE = 11;
/** More labels a step than this are not drawn. */
export const MOST_RANKS = 10;

/** Draw the labels of a step below each other, darker for higher scores, and mark the label that came next. */
export function drawPredictions({ strip, track, model, view, light }: TrackDrawing): void {
  const window = model._window.value;
  const [first, end] = view.visible.value;
  const width = model.word_width.value;
  const font = `${FONT_SIZE}px ${view.colors.value.font}`;
  strip.style.setProperty("--step", `${width}px`);
  const ranks = pool(strip, Math.min(track.k ?? 0, MOST_RANKS), () => create("div", "lv-strip"));
  const boxes = ranks.map((rank) => pool(rank, end - first, () => createFitted("div", "lv-prediction")));
  for (let step = first; step < end; step++) {
    const { labels, strengths, came } = predictionsAt(window, track, step);
    const lightHere = light(step);
    boxes.forEach((rank, r) => {
      const box = rank[step - first] as HTMLElement;
      const label = labels[r];
      box.classList.toggle("lv-absent", label === undefined);
      box.classList.toggle("lv-came", r === came);
      box.style.setProperty("--strength", ((strengths[r] ?? 0) * lightHere).toFixed(3));
      fitText(box, label ?? null, width - 3, font);
    });
  }
}

interface Predictions {
  labels: readonly string[];
  /** Strengths of the labels that are drawn, from 0 to 1. */
  strengths: readonly number[];
  /** Which of the labels came next; −1 if none did. */
  came: number;
}

/** The labels of a top-k track at a step. There are none until they have come. */
export function predictionsAt(
  window: Window | null,
  { name, k = 0, range }: Track,
  step: number,
): Predictions {
  const shown = window?.tracks.get(name);
  if (!window || shown?.kind !== "top-k") return { labels: [], strengths: [], came: -1 };
  const i = step - window.start;
  const labels = shown.labels[i] ?? [];
  const strengths = labels
    .slice(0, MOST_RANKS)
    .map((_, r) => scoreStrength(shown.scores[i * k + r] ?? Number.NaN, range ?? null));
  return { labels, strengths, came: trueNext(window, step, labels) };
}
