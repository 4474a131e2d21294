import { all, create, listen } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import { closeMenu } from "../../shared/menu";
import { formatValue } from "../../shared/text";
import type { Track } from "../../shared/track";
import type { Model } from "../model";

/** A menu with check boxes that show and hide the tracks, and one that dims them. */
export function mountTracksMenu(model: Model) {
  const list = create("div", "", { role: "group", "aria-label": "tracks" });
  const dim = create("input", "", { type: "checkbox", "data-part": "dim-tracks" });
  const dimming = create(
    "label",
    "lv-menu-item lv-menu-option",
    {},
    dim,
    "dim where few selected cells are on",
  );
  const sheet = create("div", "lv-menu-list", {}, list, dimming);
  const summary = create("summary", "lv-button", { title: "show and hide tracks" }, "tracks ▾");
  const menu = create("details", "lv-menu", { "data-part": "tracks-menu" }, summary, sheet);
  const dispose = all(
    drawOnFrame(() => {
      const tracks = model._tracks.value;
      const visible = model.visible_tracks.value;
      const saved = model.live.value ? null : model._window.value;
      const isThere = (name: string) => saved === null || saved.tracks.has(name);
      menu.hidden = tracks.length === 0;
      const focused = list.querySelector<HTMLElement>(":focus")?.dataset.track;
      list.replaceChildren(
        ...tracks.map((track) => item(track, visible.includes(track.name), isThere(track.name))),
      );
      if (focused !== undefined) {
        [...list.querySelectorAll("input")].find((input) => input.dataset.track === focused)?.focus();
      }
    }),
    drawOnFrame(() => {
      dim.checked = model.dim_tracks.value;
    }),
    listen(dim, "change", () => model.set("dim_tracks", dim.checked)),
    listen(list, "change", (event) => {
      const { dataset, checked } = event.target as HTMLInputElement;
      const name = dataset.track as string;
      const others = model.visible_tracks.peek().filter((visible) => visible !== name);
      model.set("visible_tracks", checked ? [...others, name] : others);
    }),
    closeMenu(menu, summary),
  );
  return { element: menu, dispose };
}

function item(track: Track, checked: boolean, isThere: boolean): HTMLElement {
  const { name } = track;
  const box = create("input", "", { type: "checkbox", "data-track": name });
  box.checked = checked;
  box.disabled = !isThere;
  return create("label", "lv-menu-item", {}, box, name, create("span", "lv-aside", {}, scaleOf(track)));
}

/** The scale of a numeric track. Its row is too thin to point at its name for the legend. */
export function scaleOf({ kind, binary, range }: Track): string {
  if (kind !== "continuous") return "";
  if (binary) return "filled where 1";
  return range ? `${formatValue(range[0])} to ${formatValue(range[1])}` : "no values";
}
