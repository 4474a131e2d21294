import { all, create, listen, pool } from "../dom";
import { createFitted, fitText } from "../fit_text";
import { drawOnFrame } from "../frame";
import type { Model, Track } from "../model";
import type { Own } from "../own";
import { hoverSteps } from "./hover_steps";

const FONT_SIZE = 11;
/** Labels beyond this many share one grey: more colours could not be told apart. */
export const LABEL_COLORS = 12;

/** The tracks this page can draw: later kinds are passed over. */
export function drawableTracks(tracks: readonly Track[]): Track[] {
  return tracks.filter((track) => track.kind === "categorical");
}

/** A row of coloured labels for each visible track. */
export function mountTracks(host: HTMLElement, model: Model, own: Own): () => void {
  const rows = new Map<string, { element: HTMLElement; dispose: () => void }>();
  return all(
    drawOnFrame(() => {
      const tracks = new Map(drawableTracks(model._tracks.value).map((track) => [track.name, track]));
      const names = model.visible_tracks.value.filter((name) => tracks.has(name));
      for (const [name, row] of rows) {
        if (names.includes(name)) continue;
        row.dispose();
        rows.delete(name);
      }
      for (const name of names) {
        const row = rows.get(name) ?? mountTrack(name, model, own);
        rows.set(name, row);
        host.append(row.element);
        drawLabels(
          row.element.querySelector(".lv-strip") as HTMLElement,
          tracks.get(name) as Track,
          model,
          own,
        );
      }
    }),
    () => {
      for (const row of rows.values()) row.dispose();
    },
  );
}

function mountTrack(name: string, model: Model, own: Own) {
  const hide = create("button", "lv-hide", {
    "data-part": "track-hide",
    type: "button",
    title: `hide ${name}`,
    "aria-label": `hide track ${name}`,
  });
  hide.textContent = "×";
  const label = create("span", "lv-row-name", { title: name }, name);
  const strip = create("div", "lv-strip lv-labels");
  const element = create("div", "lv-row lv-track", { "data-part": "track", "data-track": name });
  element.append(create("div", "lv-row-label", {}, hide, label), strip);
  const stop = all(
    listen(hide, "click", () => {
      model.set(
        "visible_tracks",
        model.visible_tracks.peek().filter((visible) => visible !== name),
      );
    }),
    hoverSteps(strip, model, own),
  );
  return { element, dispose: all(stop, () => element.remove()) };
}

function drawLabels(strip: HTMLElement, track: Track, model: Model, own: Own): void {
  const window = model.window.value;
  const codes = window?.tracks.get(track.name);
  const [first, end] = own.visible.value;
  const width = model.word_width.value;
  const font = `${FONT_SIZE}px ${own.colors.value.font}`;
  strip.style.setProperty("--step", `${width}px`);
  const boxes = pool(strip, end - first, () => createFitted("div", "lv-label"));
  boxes.forEach((box, i) => {
    const code = (window && codes?.[first + i - window.start]) ?? -1;
    const label = track.labels?.[code];
    box.classList.toggle("lv-absent", label === undefined);
    box.style.setProperty("--label", labelColor(code));
    fitText(box, label ?? null, width - 3, font);
  });
}

/** The colour of a label, by its rank among the labels of its track. */
export function labelColor(code: number): string {
  if (code < 0) return "transparent";
  return code < LABEL_COLORS ? `var(--lv-label-${code})` : "var(--lv-label-rest)";
}
