import { all, create } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import { shareTabStop } from "../../shared/tab_stop";
import type { Track } from "../../shared/track";
import type { Model } from "../model";
import type { ViewState } from "../view_state";
import { mountTrack, type TrackRow } from "./track_row";

/** A row for each visible track, and a mark across all rows at the hovered step. */
export function mountTracks(host: HTMLElement, model: Model, view: ViewState): () => void {
  const list = create("div", "lv-track-rows");
  const mark = create("div", "lv-track-mark");
  host.append(list, mark);
  const rows = new Map<string, TrackRow>();
  return all(
    drawOnFrame(() => {
      const shown = namedTracks(model._tracks.value, model.visible_tracks.value);
      const focused = [...list.children].findIndex((row) => row.matches(":focus-within"));
      for (const [name, row] of rows) {
        if (shown.some((track) => track.name === name && form(track) === row.form)) continue;
        row.dispose();
        rows.delete(name);
      }
      shown.forEach((track, i) => {
        const row = rows.get(track.name) ?? mountTrack(track, form(track), model, view);
        rows.set(track.name, row);
        // Move only what is at another place: a moved button would lose the focus.
        if (list.children[i] !== row.element) list.insertBefore(row.element, list.children[i] ?? null);
      });
      if (focused >= 0 && !list.matches(":focus-within")) focusNear(list, focused);
    }),
    drawOnFrame(() => {
      const step = view.hoveredStep.value;
      const [first, end] = view.visible.value;
      const width = model.word_width.value;
      mark.hidden = step === null || step < first || step >= end;
      if (step === null) return;
      mark.style.left = `${view.labelWidth.value + (step - first) * width - 1}px`;
      mark.style.width = `${width + 1}px`;
    }),
    shareTabStop(list, ".lv-track-name"),
    shareTabStop(list, ".lv-hide"),
    shareTabStop(list, ".lv-fold"),
    () => {
      for (const row of rows.values()) row.dispose();
      host.replaceChildren();
    },
  );
}

/** The tracks with these names, in the order of the names. */
export function namedTracks(tracks: readonly Track[], names: readonly string[]): Track[] {
  const byName = new Map(tracks.map((track) => [track.name, track]));
  return names.flatMap((name) => byName.get(name) ?? []);
}

/** The form of a track's row. If it changes, the row is built again. */
export function form(track: Track): string {
  return track.kind === "continuous" ? (track.binary ? "binary" : "continuous") : track.kind;
}

/** After a track was hidden with the keyboard, focus the next one. */
function focusNear(list: HTMLElement, at: number): void {
  const row = list.children[Math.min(at, list.childElementCount - 1)];
  row?.querySelector<HTMLElement>(".lv-hide")?.focus();
}
