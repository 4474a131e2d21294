import { all, create } from "../../shared/dom";
import { textWidth } from "../../shared/fit_text";
import { drawLater, drawOnFrame } from "../../shared/frame";
import { clamp } from "../../shared/numbers";
import { visibleToken } from "../../shared/text";
import { createVirtualRows } from "../../shared/virtual_rows";
import type { Model } from "../model";
import type { Range } from "../time/ranges";
import type { ViewState } from "../view_state";
import { heatmapsOf, wordColorOf } from "./match_colors";
import { columnHeads } from "./match_heads";
import { markHovered, pointAtSteps } from "./match_hover";
import type { MatchList } from "./match_list";
import { drawMatchRow, FONT_SIZE, type MatchGeometry, partsOf, type StepMark } from "./match_rows";
import type { MatchItem } from "./match_slots";
import { walkRows } from "./match_walk";

/** Width of the columns of numbers with the gap after them, without that of folded matches. */
const NUMBERS = 172;
const FOLDED = 46;
/** Width of the column of ranks beyond that for ranks of up to three digits. */
const MORE_RANKS = 12;
/** Width of the column "7 / 7", for each digit of the number of selected cells and without digits. */
const DIGITS = 15;
const ON = 34;
/** The gap before each heatmap. */
const GAP = 14;
const ROW_HEIGHT = 24;
/** The text has at least this width, even if one has to scroll. */
const LEAST_TEXT = 260;
/** Widths of a square, and the most squares of a match, with those around it. */
const SQUARES: Range = [4, 10];
const MOST_MATCH_SQUARES = 14;
/** The share of the list that heatmaps may take, and the share of the text for what is before the match and in it. */
const HEAT_SHARE = 0.36;
const BEFORE_SHARE = 0.4;
const INSIDE_SHARE = 0.36;
/** So many rows tell how wide words are. */
const MEASURED_ROWS = 60;
/** Room beside a word: as in the style sheet. */
const WORD_PADDING = { word: 8.5, character: 2.2 };
/** Width of a step's column. */
const COLUMNS: Range = [34, 64];

/**
 * A grid with a row for each match: words and heatmaps side by side, linked by hovering. It scrolls, with `end` after
 * the last row.
 */
export function mountMatchGrid(list: MatchList, end: HTMLElement, model: Model, view: ViewState) {
  const heads = create("div", "lv-match lv-column-heads", { role: "row", "aria-rowindex": "1" });
  const body = create("div", "lv-match-body", { role: "rowgroup" });
  const last = create("div", "", { role: "row" }, create("div", "lv-list-end", { role: "gridcell" }, end));
  const element = create(
    "div",
    "lv-matches",
    { "data-part": "matches", role: "grid", "aria-label": "matches" },
    ...[heads, body, last],
  );
  const marks = new Map<HTMLElement, Map<number, StepMark>>();
  const hover = markHovered(marks, view);
  let geometry: MatchGeometry | null = null;
  const rows = createVirtualRows({
    scroller: element,
    body,
    height: ROW_HEIGHT,
    make: () => create("div", "lv-match", { "data-part": "match", role: "row" }),
    draw(row, place) {
      if (!geometry) return;
      const match = list.row(place);
      marks.set(row, drawMatchRow(row, match, geometry));
      row.classList.toggle("lv-selected-match", view.isAmongSeveral.peek()([match.start, match.stop]));
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
      view.isAmongSeveral.value;
      return rows.redraw(list.ranks.value.length);
    }),
    view.ranges.subscribe(() => {
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

/** Set the widths of the columns. */
function place(table: HTMLElement, list: MatchList, model: Model, view: ViewState): MatchGeometry {
  const geometry = geometryOf(list, model, view);
  const { numbers, on, square, squares, heatmaps, before, inside, text } = geometry;
  const sizes = {
    heats: String(heatmaps.length),
    heat: `${square * squares}px`,
    square: `${square}px`,
    before: `${before}px`,
    inside: inside === null ? "max-content" : `${inside}px`,
    text: `${text}px`,
    on: `${on}px`,
    row: `${numbers + text + heatmaps.length * (square * squares + GAP)}px`,
  };
  for (const [name, size] of Object.entries(sizes)) table.style.setProperty(`--${name}`, size);
  table.classList.toggle("lv-folding", model.fold_matches.value);
  table.classList.toggle("lv-many", hasMany(model));
  table.classList.toggle("lv-in-columns", geometry.word !== null);
  table.classList.toggle("lv-characters", geometry.ofCharacters);
  return geometry;
}

function hasMany(model: Model): boolean {
  return model.matches.value.start.length >= 1000;
}

interface ListGeometry extends MatchGeometry {
  /** Whether every word is a single character: there are no gaps between them. */
  ofCharacters: boolean;
  /** Widths of what comes before the match and of the match (null: as wide as it is), and the least of all text. */
  before: number;
  inside: number | null;
  text: number;
  /** Width of all columns of numbers, and of that of the overlap. */
  numbers: number;
  on: number;
}

/** The widths and colours of words and squares in the width of the list. */
export function geometryOf(
  list: Pick<MatchList, "slots" | "lead" | "context" | "ranks" | "row">,
  model: Model,
  view: ViewState,
  widthOf: (text: string, font: string) => number = textWidth,
): ListGeometry {
  const heatmaps = heatmapsOf(model._tracks.value, model.match_tracks.value);
  const { font } = view.colors.value;
  const on = ON + DIGITS * String(list.context.value.cells).length;
  const numbers = NUMBERS + on + (hasMany(model) ? MORE_RANKS : 0) + (model.fold_matches.value ? FOLDED : 0);
  const room = view.listWidth.value - numbers - heatmaps.length * GAP;
  const lead = list.lead.value;
  // Where a single match is long, the squares of all keep their size, and its last ones are cut off.
  const squares = Math.min(list.slots.value, 2 * lead + MOST_MATCH_SQUARES);
  const square = clamp(Math.floor((room * HEAT_SHARE) / heatmaps.length / squares), ...SQUARES);
  const forText = Math.max(LEAST_TEXT, room - heatmaps.length * squares * square);
  const ofCharacters = list.context.value.vocabulary.every((word) => [...word].length <= 1);
  const shared = {
    ...{ numbers, on, square, squares, heatmaps, font, ofCharacters },
    wordColor: wordColorOf(model._tracks.value, model.color_by.value),
  };
  if (model.match_layout.value === "columns") {
    const slots = list.slots.value;
    const word = clamp(Math.floor(forText / Math.max(1, slots)), ...COLUMNS);
    return { ...shared, word, before: lead * word, inside: null, text: slots * word };
  }
  const padding = ofCharacters ? WORD_PADDING.character : WORD_PADDING.word;
  const usual = usualWidths(list, (word) => widthOf(visibleToken(word), `${FONT_SIZE}px ${font}`) + padding);
  return {
    ...shared,
    word: null,
    before: Math.ceil(Math.min(usual.before, forText * BEFORE_SHARE)),
    inside: Math.ceil(Math.min(usual.inside, forText * INSIDE_SHARE)),
    text: LEAST_TEXT,
  };
}

/** Widths that nineteen of twenty of the first rows need for the words before the match, and for the match. */
function usualWidths(
  list: Pick<MatchList, "ranks" | "row">,
  widthOf: (word: string) => number,
): { before: number; inside: number } {
  const widths = { before: [] as number[], inside: [] as number[] };
  const sum = (items: readonly MatchItem[]) =>
    items.reduce(
      (width, item) => width + widthOf(item.kind === "step" ? item.word : `… ${item.count} more`),
      0,
    );
  for (let place = 0; place < Math.min(list.ranks.value.length, MEASURED_ROWS); place++) {
    const [before, inside] = partsOf(list.row(place));
    widths.before.push(sum(before));
    widths.inside.push(sum(inside));
  }
  return { before: usual(widths.before), inside: usual(widths.inside) };
}

function usual(widths: number[]): number {
  return widths.sort((a, b) => a - b)[Math.floor((widths.length - 1) * 0.95)] ?? 0;
}
