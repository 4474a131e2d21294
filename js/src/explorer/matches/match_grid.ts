import { all, create, listen } from "../../shared/dom";
import { drawLater, drawOnFrame } from "../../shared/frame";
import { hasModifier } from "../../shared/keys";
import { createVirtualRows, type VirtualRows } from "../../shared/virtual_rows";
import type { Model } from "../model";
import { positionShowing } from "../time/layout";
import { containsRange } from "../time/ranges";
import { comparableTracks, valueText } from "../tracks/track_colors";
import type { ViewState } from "../view_state";
import { heatmapsOf, wordColorOf } from "./match_colors";
import { trackValueAt } from "./match_context";
import type { MatchList, MatchRow } from "./match_list";
import { drawMatchRow, type MatchGeometry, type StepMark } from "./match_rows";
import { slotWidths } from "./match_slots";

/** Width of the columns of numbers, the button at the end, and the gaps. */
const FIXED_WIDTH = 322;
/** The gap before each heatmap. */
const GAP = 14;
const ROW_HEIGHT = 24;
/** How many heads come before those of tracks. */
const TRACK_HEADS = 4;

/** A grid with a row for each match: words and heatmaps side by side, linked by hovering. */
export function mountMatchGrid(list: MatchList, model: Model, view: ViewState) {
  const heads = create("div", "lv-match lv-column-heads", { role: "row", "aria-rowindex": "1" });
  const body = create("div", "lv-match-body", { role: "rowgroup" });
  const element = create(
    "div",
    "lv-matches",
    { "data-part": "matches", role: "grid", "aria-label": "matches" },
    heads,
    body,
  );
  const marks = new Map<HTMLElement, Map<number, StepMark>>();
  const hover = markHovered(marks, view);
  let geometry: MatchGeometry | null = null;
  const rows = createVirtualRows({
    scroller: element,
    body,
    height: ROW_HEIGHT,
    draw(row, place) {
      if (!geometry) return;
      marks.set(row, drawMatchRow(row, list.row(place), geometry));
      hover.mark(row);
    },
    forget(row) {
      marks.delete(row);
      hover.unmark(row);
    },
  });
  const dispose = all(
    drawOnFrame(() => heads.replaceChildren(...columnHeads(model))),
    drawLater(() => {
      geometry = place(element, list, model, view);
      list.context.value;
      return rows.redraw(list.ranks.value.length);
    }),
    model.selection.subscribe(() => {
      element.scrollTop = 0;
      rows.choose(0);
    }),
    hover.dispose,
    pointAtSteps(body, () => geometry, list, model, view),
    walkRows(body, rows, list, model, view),
    rows.dispose,
  );
  return { element, dispose };
}

function columnHeads(model: Model): HTMLElement[] {
  const tracks = model.match_tracks.value;
  const cells = headsOf(tracks).map(([name, text, title]) => {
    const cell = create("div", name, { role: "columnheader" }, text);
    if (title) cell.title = title;
    return cell;
  });
  tracks.forEach((name, i) => {
    const track = comparableTracks(model._tracks.value).find((each) => each.name === name);
    if (track && (track.kind === "categorical" || track.binary)) {
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
    ["lv-words-head", "match in context", ""],
    ["lv-heat-head", "overlap by step", "share of the selected cells that are on at each step"],
    ...tracks.map((name): [string, string, string] => ["lv-heat-head", name, `${name} at each step`]),
    ["lv-overlap", "overlap", "selected cells that follow the pattern here as well"],
    ["lv-extra", "extra", "further cells that follow the pattern here"],
    ["lv-length", "length", "time steps"],
    ["lv-folded", "folded", "matches folded away because they overlap this better one"],
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

/** Set the widths of the columns. */
function place(table: HTMLElement, list: MatchList, model: Model, view: ViewState): MatchGeometry {
  const geometry = geometryOf(list, model, view);
  const { word, square, slots, heatmaps } = geometry;
  const sizes = {
    heats: String(heatmaps.length),
    words: `${word * slots}px`,
    heat: `${square * slots}px`,
    square: `${square}px`,
    word: `${word}px`,
  };
  for (const [name, size] of Object.entries(sizes)) table.style.setProperty(`--${name}`, size);
  table.classList.toggle("lv-folding", model.fold_matches.value);
  table.classList.toggle("lv-many", model.matches.value.start.length >= 1000);
  return geometry;
}

/** The widths and colours of words and squares in the width of the page. */
export function geometryOf(list: Pick<MatchList, "slots">, model: Model, view: ViewState): MatchGeometry {
  const heatmaps = heatmapsOf(model._tracks.value, model.match_tracks.value);
  const slots = list.slots.value;
  const room = view.width.value - FIXED_WIDTH - heatmaps.length * GAP;
  const wordColor = wordColorOf(model._tracks.value, model.color_by.value);
  const font = view.colors.value.font;
  return { ...slotWidths(room, slots, heatmaps.length), slots, heatmaps, wordColor, font };
}

/** Mark the step under the pointer in every row that shows it. */
function markHovered(marks: ReadonlyMap<HTMLElement, Map<number, StepMark>>, view: ViewState) {
  const marked = new Map<HTMLElement, Element[]>();
  // Rows are used again for other matches, so marks have to be removed before that.
  const unmark = (row: HTMLElement) => {
    for (const element of marked.get(row) ?? []) {
      if (element.classList.contains("lv-square")) element.remove();
      else element.classList.remove("lv-hovered");
    }
    marked.delete(row);
  };
  const mark = (row: HTMLElement) => {
    unmark(row);
    const step = view.hoveredStep.peek();
    const where = step === null ? undefined : marks.get(row)?.get(step);
    if (!where) return;
    where.word.classList.add("lv-hovered");
    const squares = where.heats.map((heat) => {
      const square = create("div", "lv-square");
      square.style.setProperty("--slot", String(where.slot));
      heat.append(square);
      return square;
    });
    marked.set(row, [where.word, ...squares]);
  };
  const dispose = drawOnFrame(() => {
    view.hoveredStep.value;
    for (const row of [...marked.keys()]) unmark(row);
    for (const row of marks.keys()) mark(row);
  });
  return { mark, unmark, dispose };
}

const rowOf = (target: EventTarget | null) => (target as Element).closest<HTMLElement>('[data-part="match"]');

const placeOf = (row: HTMLElement) => Number(row.getAttribute("aria-rowindex")) - 2;

/** Pointing at a word or a square highlights its step in every row and every view. */
function pointAtSteps(
  body: HTMLElement,
  geometryNow: () => MatchGeometry | null,
  list: MatchList,
  model: Model,
  view: ViewState,
): () => void {
  const leave = () => {
    view.hoveredStep.value = null;
    view.hoveredMatchWord.value = null;
  };
  return all(
    listen(body, "pointermove", (event) => {
      const element = rowOf(event.target);
      const row = element && list.row(placeOf(element));
      const slot = slotUnder(event, geometryNow());
      const item = row?.items.find((each) => each.kind === "step" && each.slot === slot);
      if (!row || item?.kind !== "step") {
        leave();
        return;
      }
      view.hoveredStep.value = item.step;
      const tracks = textsOf(row, item.at, model);
      view.hoveredMatchWord.value = { word: item.word, on: item.on, cells: row.cells, tracks };
    }),
    listen(body, "pointerleave", leave),
  );
}

/** What the tracks have at a step of a match. */
export function textsOf(row: MatchRow, at: number, model: Model): string[] {
  return comparableTracks(model._tracks.peek())
    .map((track) => valueText(track, trackValueAt(row.context, track.name, at)))
    .filter((text) => text !== null);
}

function slotUnder(event: PointerEvent, geometry: MatchGeometry | null): number {
  const strip = (event.target as Element).closest<HTMLElement>(".lv-heat, .lv-match-words");
  if (!strip || !geometry) return -1;
  const width = strip.classList.contains("lv-heat") ? geometry.square : geometry.word;
  return Math.floor((event.clientX - strip.getBoundingClientRect().left) / width);
}

/** A click or Enter brings a match into sight, S or a double click selects it, and keys go from row to row. */
function walkRows(
  body: HTMLElement,
  rows: VirtualRows,
  list: MatchList,
  model: Model,
  view: ViewState,
): () => void {
  const show = ({ start, stop }: MatchRow) => {
    if (!containsRange(view.availableSteps.peek(), [start, stop])) {
      view.say("These steps are not part of the saved view.");
      return;
    }
    view.moveTo(positionShowing([start, stop], model._steps.peek(), view.visibleSteps.peek()));
    view.shownMatch.value = [start, stop];
  };
  const select = (row: MatchRow) => {
    model.set("selection", [row.start, row.stop]);
    view.moveTo(positionShowing([row.start, row.stop], model._steps.peek(), view.visibleSteps.peek()));
    model.settle();
  };
  return all(
    listen(body, "click", (event) => {
      const element = rowOf(event.target);
      if (!element) return;
      const row = list.row(placeOf(element));
      rows.focus(placeOf(element));
      if ((event.target as Element).closest('[data-part="match-select"]')) select(row);
      else show(row);
    }),
    listen(body, "dblclick", (event) => {
      const element = rowOf(event.target);
      if (element && !(event.target as Element).closest("button")) select(list.row(placeOf(element)));
    }),
    listen(body, "keydown", (event) => {
      const element = rowOf(event.target);
      if (!element || hasModifier(event)) return;
      const to = rowAfter(event.key, placeOf(element), rows);
      if (to !== null) rows.focus(to)?.scrollIntoView({ block: "nearest" });
      else if (event.key.toLowerCase() === "s" || (event.key === "Enter" && event.shiftKey)) {
        select(list.row(placeOf(element)));
      } else if (event.key === "Enter" || event.key === " ") show(list.row(placeOf(element)));
      else return;
      event.preventDefault();
    }),
  );
}

/** The row that a key goes to; null for any other key. */
export function rowAfter(
  key: string,
  place: number,
  rows: Pick<VirtualRows, "page" | "count">,
): number | null {
  switch (key) {
    case "ArrowDown":
      return place + 1;
    case "ArrowUp":
      return place - 1;
    case "PageDown":
      return place + rows.page();
    case "PageUp":
      return place - rows.page();
    case "Home":
      return 0;
    case "End":
      return rows.count() - 1;
    default:
      return null;
  }
}
