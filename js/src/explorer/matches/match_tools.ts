import { all, create, listen, pool, setAttribute, setText } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import { toggled } from "../../shared/lists";
import { closeMenu } from "../../shared/menu";
import { shareTabStop } from "../../shared/tab_stop";
import { mountKeepMenu } from "../contrast/keep";
import type { Model } from "../model";
import { comparableTracks } from "../tracks/track_colors";
import type { ViewState } from "../view_state";
import { mountMatchCopy } from "./match_copy";
import type { MatchList } from "./match_list";
import { mountMatchOptions } from "./match_options";

/** With more tracks than this, only the chosen ones are shown, and a menu offers all. */
const MOST_PILLS = 6;

/** The controls of the match view: heatmaps, colours of words, what is listed, and copying. */
export function mountMatchTools(list: MatchList, model: Model, view: ViewState) {
  const heatmaps = mountHeatmaps(model);
  const coloring = mountColoring(model);
  const options = mountMatchOptions(model, view);
  const copy = mountMatchCopy(list);
  const keep = mountKeepMenu(model);
  const menus = create("span", "lv-group lv-match-menus", {}, options.element, copy.element, keep.element);
  const element = create("div", "lv-match-tools", {}, heatmaps.element, coloring.element, menus);
  return {
    element,
    dispose: all(heatmaps.dispose, coloring.dispose, options.dispose, copy.dispose, keep.dispose),
  };
}

/** Tracks that can have a heatmap. Without Python, only those that were saved with the matches. */
export function comparableNames(model: Model): string[] {
  const names = comparableTracks(model._tracks.value).map(({ name }) => name);
  if (model.live.value) return names;
  const sent = model._match_context.value.tracks;
  return names.filter((name) => sent.has(name));
}

function mountHeatmaps(model: Model) {
  const group = { role: "group", "aria-label": "heatmaps" };
  const pills = create("span", "lv-pills", { "data-part": "heatmap-toggles", ...group });
  const list = create("div", "lv-menu-list lv-pill-list", { "data-part": "heatmap-list", ...group });
  const summary = create("summary", "lv-pill", { title: "all tracks" }, "more ▾");
  const menu = create("details", "lv-menu", { "data-part": "heatmap-menu" }, summary, list);
  const name = create("span", "lv-field-name", {}, "heatmaps");
  const element = create("span", "lv-group lv-heatmaps", {}, name, pills, menu);
  const toggle = (event: Event) => {
    const track = (event.target as Element).closest<HTMLElement>("[data-track]")?.dataset.track;
    if (track === undefined) return;
    model.set("match_tracks", toggled(model.match_tracks.peek(), track));
  };
  const dispose = all(
    drawOnFrame(() => {
      const names = comparableNames(model);
      const chosen = model.match_tracks.value;
      const many = names.length > MOST_PILLS;
      element.hidden = names.length === 0;
      menu.hidden = !many;
      const focused = pills.matches(":focus-within");
      drawPills(pills, many ? chosen : names, chosen);
      if (focused && !pills.matches(":focus-within")) summary.focus();
      drawPills(list, many ? names : [], chosen);
    }),
    shareTabStop(pills, ".lv-pill"),
    listen(pills, "click", toggle),
    listen(list, "click", toggle),
    closeMenu(menu, summary),
  );
  return { element, dispose };
}

function drawPills(host: HTMLElement, names: readonly string[], chosen: readonly string[]): void {
  pool(host, names.length, createPill).forEach((pill, i) => {
    const name = names[i] as string;
    setText(pill, name);
    setAttribute(pill, "data-track", name);
    setAttribute(pill, "title", name);
    setAttribute(pill, "aria-pressed", String(chosen.includes(name)));
  });
}

function mountColoring(model: Model) {
  const menu = create("select", "lv-select", { "data-part": "color-by" });
  const name = create("span", "lv-field-name", {}, "words by");
  const element = create("label", "lv-group", { title: "what colours the words of matches" }, name, menu);
  const dispose = all(
    drawOnFrame(() => {
      // Choices are known by their place, because a track may be called "nothing".
      const choices = colorChoices(comparableNames(model));
      menu.replaceChildren(
        ...choices.map((choice, i) => create("option", "", { value: String(i) }, choice ?? "nothing")),
      );
      menu.value = String(choices.indexOf(model.color_by.value));
    }),
    listen(menu, "change", () => {
      model.set("color_by", colorChoices(comparableNames(model))[Number(menu.value)] ?? null);
    }),
  );
  return { element, dispose };
}

function createPill(): HTMLElement {
  return create("button", "lv-pill", { type: "button", "data-part": "heatmap-toggle" });
}

/** The choices for `color_by`, null for no colour. A track called "overlap" cannot be chosen. */
export function colorChoices(tracks: readonly string[]): (string | null)[] {
  return ["overlap", ...tracks.filter((name) => name !== "overlap"), null];
}
