import type { ReadonlySignal, Signal } from "@preact/signals-core";
import { classColor } from "../../shared/classes";
import { all, create, listen, pool, setAttribute, setText } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import { needsPython } from "../../shared/needs_python";
import { formatCount, formatShare, plural, visibleToken } from "../../shared/text";
import type { Model } from "../model";
import type { Filters } from "../traits";
import type { ViewState } from "../view_state";
import { type Entry, type Tally, talliesOf } from "./confusion";
import type { Counts } from "./counts";
import {
  type ClassFilter,
  isCell,
  isOutcome,
  namesIn,
  toggleCell,
  toggleClasses,
  toggleOutcome,
} from "./filters";
import { asCell, keepStop, walkCells } from "./grid_keys";
import { shortCount, widthsIn } from "./matrix_widths";

/** The darkest grey of a cell, in percent. */
const DARKEST = 42;

/** What a part says when it is pointed at, what a click on it makes of the filters, and the class that it is about. */
interface Meaning {
  text: string;
  toggled: ((filters: Filters) => Filters) | null;
  place: number | null;
  isChosen: boolean;
}

/**
 * How often each class was said of the sequences of each true class. A click keeps the sequences of a cell, of a class,
 * or those of a class that were predicted rightly or wrongly. What is pointed at is described in `readout`.
 */
export function mountMatrix(
  counts: Counts,
  room: ReadonlySignal<number>,
  readout: Signal<string>,
  model: Model,
  view: ViewState,
) {
  const grid = create("div", "lvs-matrix", {
    ...{ "data-part": "matrix", role: "grid", "aria-multiselectable": "true" },
    "aria-label": "sequences by true class and by the class said",
  });
  const element = create("div", "lvs-matrix-scroller", {}, needsPython(grid, "unavailable"));
  const meanings = new WeakMap<Element, Meaning>();
  const give: Give = (target, meaning) => {
    asCell(target);
    meanings.set(target, meaning);
    setAttribute(target, "aria-label", meaning.text);
    setAttribute(target, "aria-selected", String(meaning.isChosen));
  };
  const meaningOf = (target: EventTarget | null) => {
    const cell = (target as Element | null)?.closest("[data-cell]");
    return cell ? meanings.get(cell) : undefined;
  };
  const point = (target: EventTarget | null) => {
    const meaning = meaningOf(target);
    readout.value = meaning?.text ?? "";
    view.hoveredClass.value = meaning?.place ?? null;
  };
  const leave = () => point(null);
  const dispose = all(
    drawOnFrame(() => {
      drawMatrix(grid, give, counts, room.value, model, view);
      keepStop(grid);
    }),
    drawOnFrame(() => {
      const hovered = String(view.hoveredClass.value);
      for (const head of grid.querySelectorAll<HTMLElement>("[data-place]")) {
        head.classList.toggle("lv-hovered", head.dataset.place === hovered);
      }
    }),
    walkCells(grid),
    listen(grid, "pointerover", (event) => point(event.target)),
    listen(grid, "pointerleave", leave),
    listen(grid, "focusin", (event) => point(event.target)),
    listen(grid, "focusout", leave),
    listen(grid, "click", (event) => {
      const toggled = meaningOf(event.target)?.toggled;
      if (toggled) model.set("filters", toggled(model.filters.peek()));
    }),
  );
  return { element, dispose };
}

type Give = (target: HTMLElement, meaning: Meaning) => void;

function drawMatrix(
  grid: HTMLElement,
  give: Give,
  counts: Counts,
  room: number,
  model: Model,
  view: ViewState,
): void {
  const entries = counts.entries.value;
  const filters = model.filters.value;
  const tallies = talliesOf(entries, counts.pairs.value, counts.passing.value);
  const isFiltered = counts.isFiltered.value;
  const axis = entries.map((entry): Axis => {
    const place = entry.isRest ? null : (entry.places[0] as number);
    return {
      place,
      label: labelOf(entry, view.className.value),
      names: counts.names.value(entry.places),
      color: place === null ? "var(--lv-label-rest)" : classColor(place, view.colors.value),
    };
  });
  layOut(grid, axis, tallies.cells.flat(), room, view.colors.value.font);
  const says = (text: string, tally: Tally) => `${text}: ${tallyText(tally, isFiltered)}`;
  const giveClass = (head: HTMLElement, key: ClassFilter, of: Axis, tally: Tally) =>
    give(head, {
      text: says(`${key === "target" ? "true" : "said"} ${of.label}`, tally),
      toggled: (now) => toggleClasses(now, key, of.names),
      place: of.place,
      isChosen: of.names.length > 0 && of.names.every((name) => namesIn(filters, key).includes(name)),
    });

  // A place in a row is a cell, or bars, for as long as there are as many of them.
  if (grid.childElementCount !== entries.length + 1) grid.replaceChildren();
  const [heads, ...rows] = pool<HTMLElement>(grid, entries.length + 1, () =>
    create("div", "lvs-matrix-row", { role: "row" }),
  ) as [HTMLElement, ...HTMLElement[]];
  const headParts = pool<HTMLElement>(heads, entries.length + 2, () =>
    create("div", "", { role: "columnheader" }),
  );
  drawNote(headParts[0] as HTMLElement, "lvs-matrix-corner", "true / said");
  drawNote(headParts.at(-1) as HTMLElement, "lvs-bars lvs-bars-head", "right ✓ wrong ✗");
  const columnHeads = headParts.slice(1, -1);
  columnHeads.forEach((head, j) => {
    const of = axis[j] as Axis;
    head.className = "lvs-matrix-head";
    setAttribute(head, "data-part", "matrix-said");
    drawHead(head, of, "");
    giveClass(head, "prediction", of, tallies.columns[j] as Tally);
  });

  const longest = tallies.rows.reduce((most, { count }) => Math.max(most, count), 1);
  rows.forEach((element, i) => {
    const of = axis[i] as Axis;
    const total = tallies.rows[i] as Tally;
    const parts = pool<HTMLElement>(element, entries.length + 2, () => create("div"));
    const [head, bars] = [parts[0], parts.at(-1)] as [HTMLElement, HTMLElement];
    head.className = "lvs-matrix-head lvs-matrix-name";
    setAttribute(head, "role", "rowheader");
    setAttribute(head, "data-part", "matrix-true");
    drawHead(head, of, of.label);
    giveClass(head, "target", of, total);
    parts.slice(1, -1).forEach((cell, j) => {
      const tally = tallies.cells[i]?.[j] as Tally;
      const said = axis[j] as Axis;
      const isChosen = isCell(filters, of.names, said.names);
      const share = total.count > 0 ? tally.count / total.count : 0;
      drawCell(cell, tally, share, isFiltered);
      give(cell, {
        text: `${says(`true ${of.label}, said ${said.label}`, tally)} (${formatShare(share)} of the row)`,
        toggled: tally.count > 0 || isChosen ? (now) => toggleCell(now, of.names, said.names) : null,
        place: null,
        isChosen,
      });
    });
    drawBars(bars, of.color).forEach((bar, k) => {
      const isRight = k === 0;
      const tally = (isRight ? tallies.right : tallies.wrong)[i] as Tally;
      bar.dataset.count = String(tally.count);
      bar.style.setProperty("--share", String(tally.count / longest));
      give(bar, {
        text: says(`true ${of.label}, ${isRight ? "right" : "wrong"}`, tally),
        toggled: tally.count > 0 ? (now) => toggleOutcome(now, of.names, isRight) : null,
        place: of.place,
        isChosen: isOutcome(filters, of.names, isRight),
      });
    });
    setText(
      bars.lastElementChild as Element,
      `${shortCount(tallies.right[i]?.count ?? 0)} ✓ ${shortCount(tallies.wrong[i]?.count ?? 0)} ✗`,
    );
  });
}

/** A row or column as it is drawn. */
interface Axis {
  /** null: of several classes. */
  place: number | null;
  label: string;
  /** Names of its classes, as filters have them. */
  names: readonly string[];
  color: string;
}

function layOut(
  grid: HTMLElement,
  axis: readonly Axis[],
  cells: readonly Tally[],
  room: number,
  font: string,
): void {
  const labels = axis.map(({ label }) => label);
  const counts = cells.map(({ count }) => count);
  const { names, cell, bars, numbers } = widthsIn(room, labels, counts, font);
  const sizes = { names: `${names}px`, cell: `${cell}px`, cells: String(axis.length) };
  for (const [name, size] of Object.entries(sizes)) grid.style.setProperty(`--${name}`, size);
  grid.classList.toggle("lvs-with-bars", bars);
  grid.classList.toggle("lvs-with-numbers", numbers);
}

/** A head that says what a column is, and can't be clicked. */
function drawNote(head: HTMLElement, className: string, text: string): void {
  head.className = className;
  setText(head, text);
}

function drawHead(head: HTMLElement, { place, color }: Axis, label: string): void {
  const [dot, name] = pool(head, 2, () => create("span")) as [HTMLElement, HTMLElement];
  dot.className = "lvs-dot";
  dot.style.setProperty("--class", color);
  name.className = "lvs-class-label";
  name.dir = "auto";
  setText(name, label);
  setAttribute(head, "title", label || null);
  head.dataset.place = String(place ?? "rest");
}

function drawCell(cell: HTMLElement, { count, passing }: Tally, share: number, isFiltered: boolean): void {
  setAttribute(cell, "role", "gridcell");
  setAttribute(cell, "data-part", "matrix-cell");
  cell.className = "lvs-matrix-cell";
  cell.classList.toggle("lvs-passing", isFiltered && passing > 0);
  cell.dataset.count = String(count);
  cell.dataset.passing = String(passing);
  cell.style.setProperty("--dark", `${(share * DARKEST).toFixed(1)}%`);
  cell.style.setProperty("--pass", String(isFiltered && count > 0 ? passing / count : 0));
  setText(cell, count === 0 ? "" : shortCount(count));
}

/** Two parts of a bar, for right and wrong, and a place for their numbers. Returns the parts. */
function drawBars(host: HTMLElement, color: string): HTMLElement[] {
  host.className = "lvs-bars";
  setAttribute(host, "role", "none");
  host.style.setProperty("--class", color);
  const [right, wrong, numbers] = pool<HTMLElement>(host, 3, () => create("div")) as [
    HTMLElement,
    HTMLElement,
    HTMLElement,
  ];
  for (const [bar, name] of [
    [right, "right"],
    [wrong, "wrong"],
  ] as const) {
    bar.className = `lvs-bar lvs-bar-${name}`;
    setAttribute(bar, "role", "gridcell");
    setAttribute(bar, "data-part", `matrix-${name}`);
  }
  numbers.className = "lvs-bar-numbers";
  setAttribute(numbers, "aria-hidden", "true");
  return [right, wrong];
}

/** A name for the classes of a row or column. */
export function labelOf({ places, isRest }: Entry, className: (place: number) => string): string {
  return isRest ? plural(places.length, "other") : visibleToken(className(places[0] as number));
}

/** "83 sequences, 10 of them shown". */
export function tallyText({ count, passing }: Tally, isFiltered: boolean): string {
  const text = plural(count, "sequence");
  return isFiltered ? `${text}, ${formatCount(passing)} of them shown` : text;
}
