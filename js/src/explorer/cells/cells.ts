import { type Signal, signal } from "@preact/signals-core";
import { all, create, listen, setAttribute, setText } from "../../shared/dom";
import { drawLater, drawOnFrame } from "../../shared/frame";
import { hasModifier } from "../../shared/keys";
import { needsPython } from "../../shared/needs_python";
import { shareTabStop } from "../../shared/tab_stop";
import { formatCount, plural } from "../../shared/text";
import type { Model } from "../model";
import type { ViewState } from "../view_state";
import { mountAlignMenu } from "./align_menu";
import { sortCells } from "./cell_alignment";
import { cellName } from "./cell_name";
import { pointAtChips, showWorth } from "./chips";
import { mountRateHint, onRates, rateText, showRate } from "./on_rates";
import { MOST_PINS, type Pin, pinsOf, togglePin } from "./pins";

/**
 * The selected cells as buttons. Pointing highlights a cell everywhere, a click leaves it out or puts it back, and
 * its dot pins it. After them come the pinned cells that are not selected.
 */
export function mountCells(
  row: { name: HTMLElement; content: HTMLElement },
  model: Model,
  view: ViewState,
): () => void {
  const list = create("div", "lv-chips", {
    "data-part": "cells",
    role: "group",
    "aria-label": "selected and pinned cells",
  });
  const note = create("div", "lv-note", { "data-part": "note", role: "status" });
  row.content.append(list, note);
  const chips = new Map<string, HTMLElement>();
  const showsAll = signal(false);
  return all(
    drawLater(() => {
      setText(row.name, plural(model.selected_cells.value.length, "cell"));
      return drawChips(list, chips, showsAll, model, view);
    }),
    drawOnFrame(() => {
      const hovered = String(view.hoveredCell.value);
      for (const chip of chips.values()) chip.classList.toggle("lv-hovered", chip.dataset.chip === hovered);
    }),
    drawOnFrame(() => {
      setText(note, model._note.value);
      note.hidden = model._note.value === "";
    }),
    pointAtChips(list, view),
    actOnChips(list, showsAll, model),
    shareTabStop(list, ".lv-chip > .lv-chip-number"),
    mountAlignMenu(row.content, model, view),
    mountRateHint(row.content, model, view),
    () => {
      list.remove();
      note.remove();
    },
  );
}

/** Further chips are shown on request. */
const MOST_CHIPS = 200;
const CHIPS_AT_ONCE = 10;

const ascending = (a: number, b: number) => a - b;

/** Draw the chips; each step draws some. */
function drawChips(
  list: HTMLElement,
  chips: Map<string, HTMLElement>,
  showsAll: Signal<boolean>,
  model: Model,
  view: ViewState,
): Iterator<void> {
  return arrange(list, chips, chipsFor(showsAll.value, model, view), view);
}

/** The chips to show: the selected cells and those left out and then, after a rule, the other pinned cells. */
export function chipsFor(showsAll: boolean, model: Model, view: ViewState): Chip[] {
  const added = new Set(model.added_cells.value);
  const out = new Set(model.deselected_cells.value.filter((cell) => !added.has(cell)));
  const alignment = view.alignment.value;
  const all = [...new Set([...model.selected_cells.value, ...out])];
  const cells = sortCells(all, (cell) => out.has(cell), alignment);
  const shown = showsAll ? cells : cells.slice(0, MOST_CHIPS);
  const pins = pinsOf(model.pinned_cells.value);
  const pinOf = new Map(pins.map((pin) => [pin.cell, pin]));
  const selected = new Set(cells);
  const rates = onRates(model);
  const others = pins.filter(({ cell }) => !selected.has(cell));
  const wanted = shown.map((cell): Chip => {
    const dress = (chip: HTMLElement) => {
      dressChip(
        chip,
        cellName(model, cell),
        { isOut: out.has(cell), isAdded: added.has(cell), rate: rates.get(cell) },
        pinOf.get(cell),
      );
      // A bar is either about the label that the cells are aligned with, or about all data.
      showWorth(chip, alignment, cell);
      showRate(chip, alignment ? undefined : rates.get(cell));
    };
    return { key: `selected ${cell}`, make: () => createChip(cell), dress };
  });
  if (cells.length > MOST_CHIPS) wanted.push(moreChip("more", cells.length - MOST_CHIPS, showsAll));
  if (cells.length > 0 && others.length > 0) {
    const make = () => create("div", "lv-chip-rule", { role: "presentation" });
    wanted.push({ key: "rule", make, dress: () => {} });
  }
  for (const pin of showsAll ? others : others.slice(0, MOST_CHIPS)) {
    const dress = (chip: HTMLElement) => {
      dressPinned(chip, cellName(model, pin.cell));
      chip.style.setProperty("--pin", pin.color);
      showWorth(chip, alignment, pin.cell);
    };
    wanted.push({ key: `pinned ${pin.cell}`, make: () => createPinned(pin.cell), dress });
  }
  if (others.length > MOST_CHIPS) {
    const title = pins.length > MOST_PINS ? `the first ${MOST_PINS} pinned cells are drawn` : null;
    wanted.push(moreChip("more pinned", others.length - MOST_CHIPS, showsAll, title));
  }
  return wanted;
}

interface Chip {
  /** The name under which the chip is kept. */
  key: string;
  make: () => HTMLElement;
  dress: (chip: HTMLElement) => void;
}

/** The button that shows the chips beyond the first ones, or hides them again. */
function moreChip(key: string, count: number, showsAll: boolean, title: string | null = null): Chip {
  const make = () => {
    const button = create("button", "lv-chip-number", { "data-part": "more-cells", type: "button" });
    return create("div", "lv-chip lv-more-chip", {}, button);
  };
  const dress = (chip: HTMLElement) => {
    const button = chip.firstElementChild as HTMLElement;
    setText(button, showsAll ? `show ${formatCount(count)} fewer` : `show ${formatCount(count)} more`);
    setAttribute(button, "aria-expanded", String(showsAll));
    setAttribute(button, "title", title);
  };
  return { key, make, dress };
}

/** Show the chips `wanted` in this order, and forget all others. */
function* arrange(
  list: HTMLElement,
  chips: Map<string, HTMLElement>,
  wanted: readonly Chip[],
  view: ViewState,
): Iterator<void> {
  const focused = [...list.children].findIndex((chip) => chip.matches(":focus-within"));
  const kept = new Set(wanted.map(({ key }) => key));
  for (const [key, chip] of chips) {
    if (kept.has(key)) continue;
    chip.remove();
    chips.delete(key);
  }
  for (const [i, { key, make, dress }] of wanted.entries()) {
    const chip = chips.get(key) ?? make();
    chips.set(key, chip);
    dress(chip);
    chip.classList.toggle("lv-hovered", chip.dataset.chip === String(view.hoveredCell.peek()));
    // Move only what is at another place: a moved button would lose the focus.
    if (list.children[i] !== chip) list.insertBefore(chip, list.children[i] ?? null);
    if (i % CHIPS_AT_ONCE === CHIPS_AT_ONCE - 1) yield;
  }
  // When a chip that had the focus is gone, focus the next one.
  if (focused >= 0 && document.activeElement === document.body) {
    const buttons = [...list.querySelectorAll<HTMLElement>(".lv-chip > :first-child")];
    buttons[Math.min(focused, buttons.length - 1)]?.focus();
  }
}

function createChip(cell: number): HTMLElement {
  const number = { "data-part": "cell", "data-cell": String(cell), type: "button", "aria-keyshortcuts": "p" };
  const dot = { "data-part": "pin", "data-cell": String(cell), type: "button", tabindex: "-1" };
  return create(
    "div",
    "lv-chip",
    { "data-chip": String(cell) },
    needsPython(create("button", "lv-chip-number", number), "unavailable"),
    needsPython(create("button", "lv-pin", dot)),
  );
}

/** What a chip tells of its cell. */
interface Told {
  isOut: boolean;
  isAdded: boolean;
  /** The share of all steps at which the cell is on. */
  rate: number | undefined;
}

function dressChip(
  chip: HTMLElement,
  name: string,
  { isOut, isAdded, rate }: Told,
  pin: Pin | undefined,
): void {
  const [number, dot] = chip.children as unknown as [HTMLElement, HTMLElement];
  setText(number, name);
  chip.classList.toggle("lv-out", isOut);
  chip.classList.toggle("lv-added", isAdded);
  chip.classList.toggle("lv-pinned", pin !== undefined);
  chip.style.setProperty("--pin", pin?.color ?? null);
  number.setAttribute("aria-pressed", String(!isOut));
  const title = chipTitle(name, isOut, isAdded, pin !== undefined);
  setTitle(number, rate === undefined ? title : `${rateText(rate)}; ${title}`);
  setTitle(dot, `${pin ? "unpin" : "pin"} cell ${name}`);
  dot.setAttribute("aria-label", dot.title);
  dot.setAttribute("aria-pressed", String(pin !== undefined));
}

/** What a click on a cell does, and what the key P does. */
export function chipTitle(name: string, isOut: boolean, isAdded: boolean, isPinned: boolean): string {
  const toggling = isOut
    ? `put cell ${name} back`
    : `leave cell ${name} out${isAdded ? ", added by hand" : ""}`;
  return `${toggling}; P: ${isPinned ? "unpin it" : "pin it in a colour of its own"}`;
}

function createPinned(cell: number): HTMLElement {
  const button = create(
    "button",
    "lv-chip-number",
    { "data-part": "pinned-cell", "data-cell": String(cell), type: "button" },
    create("span"),
    create("span", "lv-unpin", { "aria-hidden": "true" }, "×"),
  );
  return create("div", "lv-chip lv-pinned lv-pinned-only", { "data-chip": String(cell) }, button);
}

function dressPinned(chip: HTMLElement, name: string): void {
  const button = chip.firstElementChild as HTMLElement;
  setText(button.firstElementChild as HTMLElement, name);
  setTitle(button, `unpin cell ${name}`);
  setAttribute(button, "aria-label", `cell ${name}, pinned; unpin it`);
}

/** Set a title only if it differs, so that it stays open while the pointer rests on it. */
function setTitle(element: HTMLElement, title: string): void {
  if (element.title !== title) element.title = title;
}

function actOnChips(list: HTMLElement, showsAll: Signal<boolean>, model: Model): () => void {
  return all(
    listen(list, "click", (event) => {
      if ((event.target as Element).closest("[data-part='more-cells']")) showsAll.value = !showsAll.peek();
      const button = buttonOf(event.target);
      if (!button) return;
      const cell = Number(button.dataset.cell);
      if (event.altKey || button.dataset.part !== "cell") togglePin(model, cell);
      else toggleSelected(model, cell);
    }),
    listen(list, "keydown", (event) => {
      const button = buttonOf(event.target);
      if (!button || event.key.toLowerCase() !== "p" || hasModifier(event)) return;
      event.preventDefault();
      togglePin(model, Number(button.dataset.cell));
    }),
  );
}

/** Leave a cell out of the selected ones, or put it back. A cell added by hand is no longer added. */
export function toggleSelected(model: Model, cell: number): void {
  const added = model.added_cells.peek();
  if (added.includes(cell)) {
    const others = added.filter((other) => other !== cell);
    model.set("added_cells", others);
    return;
  }
  const deselected = model.deselected_cells.peek();
  const kept = deselected.filter((other) => other !== cell);
  const isOut = kept.length < deselected.length;
  model.set("deselected_cells", isOut ? kept : [...deselected, cell].sort(ascending));
}

function buttonOf(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>("[data-cell]") : null;
}
