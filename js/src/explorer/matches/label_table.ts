import { signal } from "@preact/signals-core";
import { all, create, listen, setText } from "../../shared/dom";
import { drawLater } from "../../shared/frame";
import { labelColor } from "../../shared/label_colors";
import { frameWithin } from "../../shared/place";
import { formatCount, plural, UNFINISHED, visibleToken } from "../../shared/text";
import type { Model } from "../model";
import type { ViewState } from "../view_state";
import {
  captionOf,
  formatChance,
  formatInterval,
  formatP,
  formatRatio,
  formatShare,
  type LabelRow,
  type LabelTable,
  type RowChance,
} from "./label_counts";

const EDGE = 4;

/** A sheet below the head of a track's heatmap: a table of how frequent the track's labels are in the matches. */
export function mountLabelTable(
  host: HTMLElement,
  grid: HTMLElement,
  model: Model,
  view: ViewState,
): () => void {
  const title = create("strong", "", {});
  const close = create(
    "button",
    "lv-close",
    { "data-part": "label-table-close", type: "button", title: "close" },
    "×",
  );
  close.setAttribute("aria-label", "close the table");
  const body = create("div", "lv-label-table-body");
  const chance = create("button", "lv-button", { "data-part": "against-chance", type: "button" });
  chance.title =
    "Compare with 200 random shifts of the track, and with the matches of 200 random sets of cells";
  const note = create("p", "lv-aside lv-label-note");
  const foot = create("div", "lv-label-foot", {}, note, chance);
  const sheet = create(
    "div",
    "lv-label-table",
    { "data-part": "label-table", role: "dialog", tabindex: "-1" },
    create("div", "lv-legend-title", {}, title, close),
    body,
    foot,
  );
  sheet.hidden = true;
  host.append(sheet);
  const buttonOf = (track: string | null) =>
    [...grid.querySelectorAll<HTMLElement>('[data-part="label-table-open"]')].find(
      (button) => button.dataset.track === track,
    );
  const leave = () => {
    const button = buttonOf(model._label_table.peek());
    model.set("_label_table", null);
    button?.focus();
  };
  let was: string | null = null;
  const showsRest = signal(false);
  const placeAgain = () => {
    if (was !== null && !sheet.hidden) placeUnder(sheet, buttonOf(was), host);
  };
  // The head moves when what is above it wraps, and when the list gets another size.
  const moved = new ResizeObserver(placeAgain);
  for (const element of [host.firstElementChild, grid]) if (element) moved.observe(element);
  return all(
    () => moved.disconnect(),
    drawLater(() => {
      const track = shownTrack(model);
      const table = model._enrichment.value;
      sheet.hidden = track === null;
      host.style.minHeight = "";
      for (const button of grid.querySelectorAll<HTMLElement>('[data-part="label-table-open"]')) {
        button.setAttribute("aria-expanded", String(button.dataset.track === track));
      }
      if (track !== was) showsRest.value = false;
      if (track === null) {
        was = null;
        return undefined;
      }
      setText(title, track);
      sheet.setAttribute("aria-label", `labels of ${track} in the matches`);
      const isOf = table?.track === track;
      sheet.setAttribute("aria-busy", String(!isOf));
      // The old numbers stay until the new ones have come.
      if (isOf && table) drawTable(body, note, table, labelsOf(model, track), showsRest.value);
      else if (was !== track)
        body.replaceChildren(create("p", "lv-aside", {}, model.live.value ? "counting…" : UNFINISHED));
      if (!isOf && was !== track) note.replaceChildren();
      const comparing = table?.chance === "computing" && model.live.value;
      setText(chance, comparing ? "comparing…" : "against chance");
      chance.disabled = !isOf || table?.chance !== null || !model.live.value;
      chance.hidden = isOf && (table?.error !== "" || Array.isArray(table?.chance));
      was = track;
      model.match_tracks.value;
      view.listWidth.value;
      placeUnder(sheet, buttonOf(track), host);
      return undefined;
    }),
    listen(chance, "click", () => model.compareWithChance()),
    listen(close, "click", leave),
    listen(body, "click", (event) => {
      if ((event.target as Element).closest("[data-part='more-labels']")) showsRest.value = !showsRest.peek();
    }),
    listen(sheet, "keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      leave();
    }),
    listen(grid, "click", (event) => {
      const button = (event.target as Element).closest<HTMLElement>('[data-part="label-table-open"]');
      if (!button) return;
      const track = button.dataset.track as string;
      const open = model._label_table.peek() !== track;
      model.set("_label_table", open ? track : null);
      if (open)
        requestAnimationFrame(() => requestAnimationFrame(() => sheet.focus({ preventScroll: true })));
    }),
    () => sheet.remove(),
  );
}

/** The track whose table is open; none while there are no matches. */
export function shownTrack(model: Model): string | null {
  const track = model._label_table.value;
  const there = track !== null && model.match_tracks.value.includes(track);
  return there && model.matches.value.start.length > 0 ? track : null;
}

function labelsOf(model: Model, track: string): readonly string[] {
  return model._tracks.value.find(({ name }) => name === track)?.labels ?? [];
}

function drawTable(
  body: HTMLElement,
  note: HTMLElement,
  table: LabelTable,
  labels: readonly string[],
  showsRest: boolean,
): void {
  if (table.error !== "" && table.rows.length === 0) {
    body.replaceChildren(create("p", "lv-error", {}, table.error));
    note.replaceChildren();
    return;
  }
  const rest = table.rest ?? [];
  const rows = showsRest ? [...table.rows, ...rest] : table.rows;
  const chances = Array.isArray(table.chance) ? [...table.chance, ...(table.rest_chance ?? [])] : null;
  const element = create(
    "table",
    "",
    {},
    headOf(chances !== null),
    create("tbody", "", {}, ...rows.map((row, i) => rowOf(row, chances?.[i], chances !== null, labels))),
  );
  // Kept, so that it keeps the focus.
  const more = body.querySelector(".lv-more-labels") ?? create("p", "lv-aside lv-more-labels");
  drawMore(more, table, showsRest);
  body.replaceChildren(element, more);
  const drawn = chances ? ` Chance: mean and 5–95 % of ${formatCount(table.draws)} draws.` : "";
  note.replaceChildren(
    create("span", "lv-selected-mark", { "aria-hidden": "true" }),
    ` in the selection. ${captionOf(table)}${drawn}`,
    ...(table.error === "" ? [] : [create("span", "lv-error", {}, ` ${table.error}`)]),
  );
}

/** The button that shows the other labels or hides them again, and how many there are still. */
function drawMore(host: Element, table: LabelTable, showsRest: boolean): void {
  const rest = table.rest?.length ?? 0;
  const left = table.labels - table.rows.length - rest;
  const had = document.activeElement?.matches("[data-part='more-labels']") ?? false;
  const attributes = { "data-part": "more-labels", type: "button", "aria-expanded": String(showsRest) };
  const text = showsRest ? `show ${formatCount(rest)} fewer` : `and ${plural(rest, "more label")}`;
  const button = rest > 0 ? [create("button", "lv-link", attributes, text)] : [];
  const unsent = left > 0 ? [` and ${plural(left, "more label")} in Python`] : [];
  host.replaceChildren(...button, ...unsent);
  if (had) host.querySelector("button")?.focus();
}

function headOf(withChance: boolean): HTMLElement {
  const heads: [text: string, title: string][] = [
    ["label", ""],
    ["in matches", "share of the steps in the matches that have the label, and how many"],
    ["in data", "share of all steps"],
    [
      "odds ratio [95 %]",
      "odds of the label inside the matches over those outside, with its confidence interval",
    ],
    ["p", "Fisher's exact test, one-sided, adjusted for the number of labels (Benjamini and Hochberg)"],
  ];
  if (withChance) {
    heads.push(
      [
        "shifted track",
        "the share when the track is shifted in time by a random number of steps within each sequence, or swapped between sequences that have one label each",
      ],
      ["p", "how often a shifted track has at least the share observed"],
      ["random cells", "the share in as many matches of as many other cells that are on about as often"],
      [
        "p",
        "how often random cells have at least the share observed, or a shifted track at least the same lead over their mean, whichever is more",
      ],
    );
  }
  const cells = heads.map(([text, title]) => {
    const cell = create("th", "", { scope: "col" }, text);
    if (title) cell.title = title;
    return cell;
  });
  return create("thead", "", {}, create("tr", "", {}, ...cells));
}

function rowOf(
  row: LabelRow,
  chance: RowChance | undefined,
  withChance: boolean,
  labels: readonly string[],
): HTMLElement {
  const swatch = create("span", "lv-swatch", { "aria-hidden": "true" });
  const code = labels.indexOf(row.label);
  swatch.style.setProperty("--label", labelColor(code));
  const name = create("th", "lv-label-name", { scope: "row" }, swatch, visibleToken(row.label));
  if (row.selected) {
    name.append(
      create("span", "lv-selected-mark", { title: "in the selection" }),
      create("span", "lv-unseen", {}, " in the selection"),
    );
  }
  const count = create("span", "lv-aside", {}, formatCount(row.count));
  const interval = create("span", "lv-aside lv-interval", {}, formatInterval(row.interval));
  const cells = [
    create("td", "", {}, formatShare(row.share), " ", count),
    create("td", "", {}, formatShare(row.base_rate)),
    create("td", "", {}, formatRatio(row.odds_ratio), " ", interval),
    create("td", "", { title: row.p === null ? "" : row.p.toPrecision(3) }, formatP(row.p)),
  ];
  if (withChance) {
    for (const kind of [chance?.rotation, chance?.cells]) {
      cells.push(create("td", "", {}, formatChance(kind)), create("td", "", {}, formatP(kind?.p ?? null)));
    }
  }
  const element = create(
    "tr",
    row.selected ? "lv-in-selection" : "",
    { "data-part": "label-row" },
    name,
    ...cells,
  );
  element.dataset.label = row.label;
  return element;
}

/**
 * Place the sheet below the head of its heatmap, within the page. If there are few matches, the view grows to hold
 * it.
 */
function placeUnder(sheet: HTMLElement, button: HTMLElement | undefined, host: HTMLElement): void {
  const { width } = frameWithin(host, host);
  const head = button && frameWithin(host, button);
  sheet.style.maxWidth = `${width - 2 * EDGE}px`;
  sheet.style.top = `${(head?.bottom ?? 0) + 2}px`;
  sheet.style.left = `${leftWithin(head?.left ?? 0, sheet.offsetWidth, width)}px`;
  host.style.minHeight = `${sheet.offsetTop + sheet.offsetHeight + 2 * EDGE}px`;
}

/** The left edge of a sheet: where `wanted`, or as far left as keeps the sheet within the frame. */
export function leftWithin(wanted: number, width: number, frame: number): number {
  return Math.max(EDGE, Math.min(wanted, frame - width - EDGE));
}
