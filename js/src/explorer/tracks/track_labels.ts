import { sureness } from "../../shared/classes";
import { pool } from "../../shared/dom";
import { createFitted, fitText } from "../../shared/fit_text";
import { labelColor } from "../../shared/label_colors";
import { hasLabels } from "../../shared/track";
import type { Window } from "../time/window";
import type { TrackDrawing } from "./track_row";

const FONT_SIZE = 11;

/** Draw a coloured label for each step. */
export function drawLabels({ strip, track, model, view, light }: TrackDrawing): void {
  const window = model._window.value;
  const [first, end] = view.visible.value;
  const width = model.word_width.value;
  const font = `${FONT_SIZE}px ${view.colors.value.font}`;
  strip.classList.add("lv-strip");
  strip.style.setProperty("--step", `${width}px`);
  const boxes = pool(strip, end - first, () => createFitted("div", "lv-label"));
  boxes.forEach((box, i) => {
    const code = codeAt(window, track.name, first + i);
    const label = track.labels?.[code];
    box.classList.toggle("lv-absent", label === undefined);
    box.style.setProperty("--label", labelColor(code));
    const sure = sureness(confidenceAt(window, track.name, first + i), track);
    box.style.setProperty("--light", (sure * light(first + i)).toFixed(3));
    fitText(box, label ?? null, width - 3, font);
  });
}

/** The code of a track's label at a step; −1 if there is none, or it has not come yet. */
export function codeAt(window: Window | null, track: string, step: number): number {
  const shown = window?.tracks.get(track);
  return (shown && hasLabels(shown) ? shown.codes[step - (window?.start ?? 0)] : undefined) ?? -1;
}

/** The probability of the class that an output track expects at a step; undefined for other tracks. */
function confidenceAt(window: Window | null, track: string, step: number): number | undefined {
  const shown = window?.tracks.get(track);
  return shown?.kind === "output" ? shown.confidence[step - (window?.start ?? 0)] : undefined;
}
