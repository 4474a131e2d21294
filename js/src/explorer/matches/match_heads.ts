import { create } from "../../shared/dom";
import { hasLabels } from "../../shared/track";
import type { Model } from "../model";
import { comparableTracks } from "../tracks/track_colors";

/** How many heads come before those of tracks. */
const TRACK_HEADS = 8;

/** The heads of the columns: of numbers, of words, and of heatmaps. */
export function columnHeads(model: Model): HTMLElement[] {
  const tracks = model.match_tracks.value;
  const cells = headsOf(tracks).map(([name, text, title]) => {
    const cell = create("div", name, { role: "columnheader" }, text);
    if (title) cell.title = title;
    return cell;
  });
  tracks.forEach((name, i) => {
    const track = comparableTracks(model._tracks.value).find((each) => each.name === name);
    if (track && (hasLabels(track) || track.binary)) {
      cells[TRACK_HEADS + i]?.replaceChildren(labelTableButton(name, model));
    }
  });
  return [...cells, create("div", "lv-match-end", { role: "columnheader", "aria-label": "select" })];
}

/** Class, text and title of each head. */
function headsOf(tracks: readonly string[]): [className: string, text: string, title: string][] {
  return [
    ["lv-rank", "#", "rank"],
    ["lv-step", "step", "time step where the match starts"],
    ["lv-overlap", "on", "selected cells that follow the pattern here as well"],
    ["lv-extra", "extra", "further cells that follow the pattern here"],
    ["lv-length", "length", "time steps"],
    ["lv-folded", "folded", "matches folded away because they overlap this better one"],
    ["lv-words-head", "match in context", ""],
    ["lv-heat-head", "overlap", "share of the selected cells that are on at each step"],
    ...tracks.map((name): [string, string, string] => ["lv-heat-head", name, `${name} at each step`]),
  ];
}

/** The head of a heatmap of labels, which opens a table of how frequent they are. */
function labelTableButton(name: string, model: Model): HTMLElement {
  const title = `${name}: how frequent its labels are in the matches`;
  const button = create(
    "button",
    "lv-head-button",
    { "data-part": "label-table-open", "data-track": name, type: "button", title },
    `${name} `,
    create("span", "", { "aria-hidden": "true" }, "▾"),
    create("span", "lv-unseen", {}, ": how frequent its labels are"),
  );
  button.setAttribute("aria-haspopup", "dialog");
  button.setAttribute("aria-expanded", String(model._label_table.peek() === name));
  // Without Python, only the table that was saved can be shown.
  button.disabled = !model.live.value && model._enrichment.value?.track !== name;
  return button;
}
