import { create, pool } from "../../shared/dom";
import { createFitted, fitText } from "../../shared/fit_text";
import { scoreStrength, trueNext } from "./track_colors";
import type { TrackDrawing } from "./track_row";

const FONT_SIZE = 11;
/** More labels a step than this are not drawn. */
export const MOST_RANKS = 10;

/** The labels of a step under each other, the darker the higher the score; the one that came next is marked. */
export function drawPredictions({ strip, track, model, view, light }: TrackDrawing): void {
  const window = model._window.value;
  const shown = window?.tracks.get(track.name);
  const predictions = shown?.kind === "top-k" ? shown : null;
  const [first, end] = view.visible.value;
  const width = model.word_width.value;
  const font = `${FONT_SIZE}px ${view.colors.value.font}`;
  const k = track.k ?? 0;
  strip.style.setProperty("--step", `${width}px`);
  const ranks = pool(strip, Math.min(k, MOST_RANKS), () => create("div", "lv-strip"));
  const boxes = ranks.map((rank) => pool(rank, end - first, () => createFitted("div", "lv-prediction")));
  for (let step = first; step < end; step++) {
    const i = step - (window?.start ?? step);
    const labels = predictions?.labels[i] ?? [];
    const came = window ? trueNext(window, step, labels) : -1;
    const lightHere = light(step);
    boxes.forEach((rank, r) => {
      const box = rank[step - first] as HTMLElement;
      const label = labels[r];
      const score = predictions?.scores[i * k + r] ?? Number.NaN;
      box.classList.toggle("lv-absent", label === undefined);
      box.classList.toggle("lv-came", r === came);
      box.style.setProperty("--strength", (scoreStrength(score, track.range ?? null) * lightHere).toFixed(3));
      fitText(box, label ?? null, width - 3, font);
    });
  }
}
