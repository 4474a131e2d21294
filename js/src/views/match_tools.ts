import { all, create, listen, pool, setAttribute, setText } from "../dom";
import { drawOnFrame } from "../frame";
import type { Model } from "../model";
import { comparableTracks } from "../tracks";

/** Which tracks have a heatmap beside the overlap, and what colours the words of matches. */
export function mountMatchTools(model: Model) {
  const pills = create("span", "lv-pills", {
    "data-part": "heatmap-toggles",
    role: "group",
    "aria-label": "heatmaps",
  });
  const overlap = create("span", "lv-pill lv-on", { title: "always shown" }, "overlap");
  const heatmaps = create(
    "span",
    "lv-group lv-heatmaps",
    {},
    create("span", "lv-field-name", {}, "heatmaps"),
    overlap,
    pills,
  );
  const menu = create("select", "lv-select", { "data-part": "color-by" });
  const coloring = create(
    "label",
    "lv-group",
    {},
    create("span", "lv-field-name", {}, "colour words by"),
    menu,
  );
  const element = create("div", "lv-match-tools", {}, heatmaps, coloring);
  const names = () => comparableTracks(model._tracks.value).map(({ name }) => name);
  const dispose = all(
    drawOnFrame(() => {
      const shown = names();
      heatmaps.hidden = shown.length === 0;
      pool(pills, shown.length, createPill).forEach((pill, i) => {
        const name = shown[i] as string;
        setText(pill, name);
        setAttribute(pill, "data-track", name);
        setAttribute(pill, "title", name);
        setAttribute(pill, "aria-pressed", String(model.match_tracks.value.includes(name)));
      });
    }),
    drawOnFrame(() => {
      // A track may have the name of a choice that is always there: a choice goes by its place.
      const choices = colorChoices(names());
      menu.replaceChildren(
        ...choices.map((choice, i) => create("option", "", { value: String(i) }, choice ?? "nothing")),
      );
      menu.value = String(choices.indexOf(model.color_by.value));
    }),
    listen(pills, "click", (event) => {
      const name = (event.target as Element).closest<HTMLElement>("[data-track]")?.dataset.track;
      if (name === undefined) return;
      const chosen = model.match_tracks.peek();
      const tracks = comparableTracks(model._tracks.peek()).map((track) => track.name);
      model.set(
        "match_tracks",
        tracks.filter((track) => chosen.includes(track) !== (track === name)),
      );
    }),
    listen(menu, "change", () => {
      const tracks = comparableTracks(model._tracks.peek()).map(({ name }) => name);
      model.set("color_by", colorChoices(tracks)[Number(menu.value)] ?? null);
    }),
  );
  return { element, dispose };
}

function createPill(): HTMLElement {
  return create("button", "lv-pill", { type: "button", "data-part": "heatmap-toggle" });
}

/** Null stands for no colour; a track called "overlap" cannot be told from the overlap. */
function colorChoices(tracks: readonly string[]): (string | null)[] {
  return ["overlap", ...tracks.filter((name) => name !== "overlap"), null];
}
