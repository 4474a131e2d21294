import { all, create } from "../../shared/dom";
import { drawLater, drawOnFrame } from "../../shared/frame";
import { createVirtualRows } from "../../shared/virtual_rows";
import type { Model } from "../model";
import type { ViewState } from "../view_state";
import { heatmapsOf, wordColorOf } from "./match_colors";
import { columnHeads } from "./match_heads";
import { markHovered, pointAtSteps } from "./match_hover";
import type { MatchList } from "./match_list";
import { drawMatchRow, type MatchGeometry, type StepMark } from "./match_rows";
import { slotWidths } from "./match_slots";
import { walkRows } from "./match_walk";

/** Width of the columns of numbers, the button at the end, and the gaps. */
const FIXED_WIDTH = 322;
/** The gap before each heatmap. */
const GAP = 14;
const ROW_HEIGHT = 24;
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
