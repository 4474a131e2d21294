import { computed } from "@preact/signals-core";
import { all, create, listen, pool, setText } from "../dom";
import { drawOnFrame } from "../frame";
import { matchColumns, positionShowing } from "../layout";
import { columnsOf, leadOf, matchItems } from "../match_columns";
import type { MatchContextRow, Model } from "../model";
import type { Own } from "../own";
import { containsRange } from "../snap";
import { formatCount, formatSeconds } from "../text";
import { comparableTracks, valueText } from "../tracks";
import { heatmapsOf, wordColorOf } from "./match_colors";
import { createMatchRow, drawMatchRow, type MatchRow, placeMatchRow, type StepMark } from "./match_rows";
import { mountMatchTools } from "./match_tools";

/** What the columns of numbers and the gaps take of the width. */
const FIXED_WIDTH = 264;
/** The gap before each heatmap. */
const GAP = 14;
const ROW_HEIGHT = 24;
/** Rows further down are drawn when they are scrolled to: hundreds of matches are thousands of words. */
const ROWS_AHEAD = 60;
const NOTHING: MatchContextRow = { steps: [], words: [], on: [], hidden: 0 };

/** The match view: one row a match, words and overlap side by side, linked by the time step. */
export function mountMatches(host: HTMLElement, model: Model, own: Own): () => void {
  const summary = create("span", "lv-summary", { "data-part": "match-summary" });
  const back = create("button", "lv-button lv-quiet", { "data-part": "back-to-selection", type: "button" });
  back.textContent = "← back to selection";
  const tools = mountMatchTools(model);
  const head = create("div", "lv-match-head", {}, summary, back, tools.element);
  const columns = create("div", "lv-match lv-column-heads", { role: "row" });
  const body = create("div", "lv-match-body", { role: "rowgroup" });
  const table = create("div", "lv-matches", {
    "data-part": "matches",
    role: "grid",
    "aria-label": "matches",
  });
  table.append(columns, body);
  const empty = create("p", "lv-empty");
  host.append(head, table, empty);

  const marks = new Map<number, StepMark[]>();
  const rows = computed(() => matchRows(model));
  return all(
    drawOnFrame(() => {
      drawSummary(summary, model);
      const sentence = emptySentence(model);
      setText(empty, sentence);
      empty.hidden = sentence === "";
      table.hidden = sentence !== "";
      tools.element.hidden = table.hidden;
      back.hidden = model.selection.value === null || (own.selectionInSight.value && !own.shownMatch.value);
    }),
    drawOnFrame(() => {
      columns.replaceChildren(...columnHeads(model.match_tracks.value));
    }),
    drawOnFrame(() => drawRows(table, body, rows.value, marks, model, own)),
    linkHover(body, rows, marks, model, own),
    tools.dispose,
    walkRows(body, model, own),
    listen(back, "click", () => {
      const selection = model.selection.peek();
      own.shownMatch.value = null;
      if (selection) own.moveTo(positionShowing(selection, model._steps.peek(), own.visibleSteps.peek()));
    }),
    () => host.replaceChildren(),
  );
}

function columnHeads(tracks: readonly string[]): HTMLElement[] {
  const heads: [className: string, text: string, title: string][] = [
    ["lv-rank", "#", "rank"],
    ["lv-step", "step", "time step where the match starts"],
    ["lv-words-head", "match in context", ""],
    ["lv-heat-head", "overlap by step", "share of the selected cells that are on at each step"],
    ...tracks.map((name): [string, string, string] => ["lv-heat-head", name, `${name} at each step`]),
    ["lv-overlap", "overlap", "selected cells that follow the pattern here as well"],
    ["lv-extra", "extra", "further cells that follow the pattern here"],
    ["lv-length", "length", "time steps"],
  ];
  return heads.map(([name, text, title]) => {
    const cell = create("div", name, { role: "columnheader" }, text);
    if (title) cell.title = title;
    return cell;
  });
}

/** Rows and their context travel as two traits: a row without its context yet shows its numbers. */
function matchRows(model: Model): { rows: MatchRow[]; columns: number } {
  const { start, stop, overlap, union } = model.matches.value;
  const context = model._match_context.value;
  const contextOf = (i: number) => context.rows[i] ?? NOTHING;
  const lead = Math.max(0, ...start.map((first, i) => leadOf(contextOf(i), first)));
  const rows = start.map((first, i): MatchRow => {
    const end = stop[i] ?? first;
    return {
      rank: i,
      start: first,
      length: end - first,
      overlap: overlap[i] ?? 0,
      extra: (union[i] ?? 0) - context.cells,
      cells: context.cells,
      items: matchItems(contextOf(i), first, end, lead),
      tracks: contextOf(i).tracks ?? {},
    };
  });
  return { rows, columns: Math.max(1, ...rows.map((row) => columnsOf(row.items))) };
}

function drawSummary(summary: HTMLElement, model: Model): void {
  const shown = model.matches.value.start.length;
  const candidates = model._n_candidates.value;
  const count = candidates === null || candidates <= shown ? "" : ` of ${formatCount(candidates)}`;
  const text =
    shown === 0 ? "Matches" : `${formatCount(shown)}${count} match${(candidates ?? shown) === 1 ? "" : "es"}`;
  const remarks = ["exact", formatSeconds(model._match_context.value.seconds)];
  if (candidates === null) remarks.push("counting the others…");
  summary.replaceChildren(
    create("strong", "", {}, text),
    create("span", "lv-aside", {}, shown === 0 ? "" : remarks.join(" · ")),
  );
}

function emptySentence(model: Model): string {
  if (model.matches.value.start.length > 0) return "";
  if (model.selection.value === null) {
    return "Brush some words to select the cells that are on there. The stretches where the same cells switch on together are listed here.";
  }
  if (model.progress.value !== null) return "Looking for matches…";
  // Where no cell follows the pattern, Python says why; where it says nothing, it could not look.
  if (model.error.value !== "" && model._note.value === "") return "This could not be computed: see below.";
  if (model.selected_cells.value.length === 0) {
    return "No cell follows this pattern over the whole selection. Lower the threshold, select fewer words, or shorten the off parts.";
  }
  return "No other stretch matches. Lower the threshold, or shorten the pattern.";
}

function drawRows(
  table: HTMLElement,
  body: HTMLElement,
  { rows, columns }: { rows: MatchRow[]; columns: number },
  marks: Map<number, StepMark[]>,
  model: Model,
  own: Own,
): void {
  const heatmaps = heatmapsOf(model._tracks.value, model.match_tracks.value);
  const wordColor = wordColorOf(model._tracks.value, model.color_by.value);
  const room = own.width.value - FIXED_WIDTH - heatmaps.length * GAP;
  const { word, square } = matchColumns(room, columns, heatmaps.length);
  const geometry = { word, square, columns, heatmaps, wordColor, font: own.colors.value.font };
  table.style.setProperty("--heats", String(heatmaps.length));
  table.style.setProperty("--words", `${word * columns}px`);
  table.style.setProperty("--heat", `${square * columns}px`);
  table.style.setProperty("--square", `${square}px`);
  table.style.setProperty("--word", `${word}px`);
  marks.clear();
  const elements = pool(body, rows.length, createMatchRow);
  const mark = (step: number, where: StepMark) => {
    const others = marks.get(step);
    if (others) others.push(where);
    else marks.set(step, [where]);
  };
  elements.forEach((element, i) => {
    placeMatchRow(element, rows[i] as MatchRow);
  });
  let filled = 0;
  const fill = () => {
    const wanted = Math.ceil(table.scrollTop / ROW_HEIGHT) + ROWS_AHEAD;
    for (; filled < Math.min(wanted, rows.length); filled++) {
      drawMatchRow(elements[filled] as HTMLElement, rows[filled] as MatchRow, geometry, mark);
    }
  };
  fill();
  table.onscroll = fill;
  const current =
    body.querySelector<HTMLElement>('[tabindex="0"]') ?? (body.firstElementChild as HTMLElement | null);
  for (const element of body.children) (element as HTMLElement).tabIndex = element === current ? 0 : -1;
}

/** Point at a word or a square: its step is highlighted in every row and every view. */
function linkHover(
  body: HTMLElement,
  rows: { readonly value: { rows: MatchRow[] }; peek(): { rows: MatchRow[] } },
  marks: Map<number, StepMark[]>,
  model: Model,
  own: Own,
): () => void {
  let marked: Element[] = [];
  const unmark = () => {
    for (const element of marked) {
      if (element.classList.contains("lv-square")) element.remove();
      else element.classList.remove("lv-hovered");
    }
    marked = [];
  };
  return all(
    drawOnFrame(() => {
      rows.value;
      unmark();
      const step = own.hoveredStep.value;
      for (const { word, heats, column } of (step !== null && marks.get(step)) || []) {
        word.classList.add("lv-hovered");
        marked.push(word);
        for (const heat of heats) {
          const square = create("div", "lv-square");
          square.style.setProperty("--column", String(column));
          heat.append(square);
          marked.push(square);
        }
      }
    }),
    listen(body, "pointermove", (event) => {
      const target = event.target as Element;
      const row = rows.peek().rows[Number(target.closest<HTMLElement>(".lv-match")?.dataset.row)];
      const column = columnUnder(target, event);
      const item = row?.items.find((each) => each.kind === "step" && each.column === column);
      const step = item?.kind === "step" ? item : null;
      own.hoveredStep.value = step?.step ?? null;
      own.hoveredMatchWord.value =
        step && row
          ? { word: step.word, on: step.on, cells: row.cells, tracks: textsOf(row, step.at, model) }
          : null;
    }),
    listen(body, "pointerleave", () => {
      own.hoveredStep.value = null;
      own.hoveredMatchWord.value = null;
    }),
  );
}

/** What the chosen tracks have at a step of a match. */
function textsOf(row: MatchRow, at: number, model: Model): string[] {
  return comparableTracks(model._tracks.peek())
    .map((track) => valueText(track, row.tracks[track.name]?.[at]))
    .filter((text) => text !== null);
}

function columnUnder(target: Element, event: PointerEvent): number {
  const strip = target.closest<HTMLElement>(".lv-heat, .lv-match-words");
  if (!strip) return -1;
  const variable = strip.classList.contains("lv-heat") ? "--square" : "--word";
  const width = Number.parseFloat(getComputedStyle(strip).getPropertyValue(variable));
  return Math.floor((event.clientX - strip.getBoundingClientRect().left) / width);
}

/** Click or Enter brings a match into sight; the arrow keys go from row to row. */
function walkRows(body: HTMLElement, model: Model, own: Own): () => void {
  const show = (row: HTMLElement) => {
    const start = Number(row.dataset.start);
    const stop = model.matches.peek().stop[Number(row.dataset.row)] ?? start + 1;
    if (!containsRange(own.limits.peek(), [start, stop])) {
      own.say("These steps are not part of the saved view.");
      return;
    }
    own.moveTo(positionShowing([start, stop], model._steps.peek(), own.visibleSteps.peek()));
    own.shownMatch.value = [start, stop];
  };
  const focus = (row: Element | null | undefined) => {
    if (!(row instanceof HTMLElement)) return;
    for (const other of body.children) (other as HTMLElement).tabIndex = other === row ? 0 : -1;
    row.focus();
  };
  const rowOf = (event: Event) => (event.target as Element).closest<HTMLElement>('[data-part="match"]');
  return all(
    listen(body, "click", (event) => {
      const row = rowOf(event);
      if (!row) return;
      focus(row);
      show(row);
    }),
    listen(body, "keydown", (event) => {
      const row = rowOf(event);
      if (!row) return;
      if (event.key === "Enter" || event.key === " ") show(row);
      else if (event.key === "ArrowDown") focus(row.nextElementSibling);
      else if (event.key === "ArrowUp") focus(row.previousElementSibling);
      else if (event.key === "Home") focus(body.firstElementChild);
      else if (event.key === "End") focus(body.lastElementChild);
      else return;
      event.preventDefault();
    }),
  );
}
