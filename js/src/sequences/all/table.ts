import { computed, type ReadonlySignal } from "@preact/signals-core";
import { all, create, listen, setAttribute, setText } from "../../shared/dom";
import { drawLater, drawOnFrame } from "../../shared/frame";
import { needsPython } from "../../shared/needs_python";
import { shareTabStop } from "../../shared/tab_stop";
import { createVirtualRows } from "../../shared/virtual_rows";
import type { Model } from "../model";
import type { ViewState } from "../view_state";
import { type Column, columnsFor, directionOf, GAP, MARKS, sortedBy } from "./columns";
import { knownIn, type SequenceList } from "./table_list";
import { drawRow, makeRow, type RowLook } from "./table_rows";
import { walkSequences } from "./table_walk";

const ROW_HEIGHT = 24;
/** Room that the scroll bar may take. */
const SCROLLBAR = 12;

/** The sequences that pass the filters, a row each. A click on a head sorts them. */
export function mountTable(list: SequenceList, room: ReadonlySignal<number>, model: Model, view: ViewState) {
  const heads = create("div", "lvs-sequence-row lvs-heads", { role: "row", "aria-rowindex": "1" });
  const body = create("div", "lvs-table-body", { role: "rowgroup" });
  const element = create(
    "div",
    "lvs-table",
    { "data-part": "sequences", role: "grid", "aria-label": "sequences" },
    heads,
    body,
  );
  const columns = computed(() => columnsIn(room.value, list));
  let look: RowLook | null = null;
  const rows = createVirtualRows({
    scroller: element,
    body,
    height: ROW_HEIGHT,
    make: makeRow,
    draw(row, place) {
      const number = list.order.peek()[place];
      if (!look || number === undefined) return;
      drawRow(row, number, look);
      row.classList.toggle("lv-hovered", number === list.hovered.peek());
    },
    forget: () => undefined,
  });
  const dispose = all(
    drawOnFrame(() => {
      element.style.setProperty("--columns", widthsOf(columns.value));
      drawHeads(heads, columns.value, model.sort_by.value);
    }),
    drawLater(() => {
      look = lookOf(columns.value, list, model, view);
      return rows.redraw(look ? list.order.value.length : 0);
    }),
    drawOnFrame(() => {
      const hovered = String(list.hovered.value);
      for (const row of body.children) {
        row.classList.toggle("lv-hovered", (row as HTMLElement).dataset.sequence === hovered);
      }
    }),
    // Filters and sorting begin a new list; a sequence that is chosen elsewhere comes into sight.
    list.order.subscribe(() => {
      element.scrollTop = 0;
      rows.choose(0);
    }),
    model.sequence.subscribe((sequence) => {
      const place = list.places.peek()[sequence] ?? -1;
      if (place >= 0) rows.reveal(place);
    }),
    listen(heads, "click", (event) => {
      const head = (event.target as Element).closest<HTMLElement>("[data-sort]");
      const column = columns.peek().find(({ sort }) => sort !== "" && sort === head?.dataset.sort);
      if (column) model.set("sort_by", sortedBy(model.sort_by.peek(), column));
    }),
    shareTabStop(heads, "[data-sort]"),
    walkSequences(body, rows, list, model, view),
    rows.dispose,
  );
  return { element, dispose };
}

function columnsIn(room: number, list: SequenceList): Column[] {
  const known = knownIn(list);
  return known ? columnsFor(room - SCROLLBAR, known) : [];
}

/** The columns of the grid; the text takes what is left. */
function widthsOf(columns: readonly Column[]): string {
  const tracks = columns.map(({ key, width }) => (key === "text" ? `minmax(${width}px, 1fr)` : `${width}px`));
  return [`${MARKS - GAP}px`, ...tracks].join(" ");
}

function lookOf(
  columns: readonly Column[],
  list: SequenceList,
  model: Model,
  view: ViewState,
): RowLook | null {
  const table = list.table.value;
  const className = view.className.value;
  const colors = view.colors.value;
  const current = model.sequence.value;
  const pinned = new Set(model.pinned_sequences.value);
  return table && { columns, table, matches: list.matches.value, className, colors, current, pinned };
}

function drawHeads(heads: HTMLElement, columns: readonly Column[], sortBy: string): void {
  const focused = heads.querySelector<HTMLElement>(":focus")?.dataset.sort;
  heads.replaceChildren(
    create("div", "lvs-marks", { role: "columnheader", "aria-label": "pinned" }),
    ...columns.map((column) => makeHead(column, sortBy)),
  );
  if (focused) heads.querySelector<HTMLElement>(`[data-sort="${focused}"]`)?.focus({ preventScroll: true });
}

function makeHead(column: Column, sortBy: string): HTMLElement {
  const { key, sort, head, title } = column;
  const cell = create("div", `lvs-cell lvs-cell-${key}`, { role: "columnheader", title });
  if (sort === "") {
    setText(cell, head);
    return cell;
  }
  const direction = directionOf(sortBy, column);
  setAttribute(cell, "aria-sort", direction ?? "none");
  const arrow = direction === null ? "" : direction === "ascending" ? "▴" : "▾";
  const button = needsPython(
    create(
      "button",
      "lvs-head",
      { "data-part": "sort", "data-sort": sort, type: "button", "aria-label": `${head}: ${title}` },
      head,
      create("span", "lvs-arrow", { "aria-hidden": "true" }, arrow),
    ),
  );
  cell.append(button);
  return cell;
}
