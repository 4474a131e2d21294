import { sortCells } from "../alignment";
import { all, create, listen, setText } from "../dom";
import { drawLater, drawOnFrame } from "../frame";
import { hasModifier } from "../keys";
import type { Model } from "../model";
import type { Own } from "../own";
import { type Pin, pinsOf, togglePin } from "../pins";
import { plural } from "../text";
import { mountAlignMenu } from "./align_menu";
import { pointAtChips, showWorth } from "./chips";

/**
 * The selected cells as buttons: pointing highlights a cell everywhere, clicking takes it out or puts it back, and a dot
 * in it pins it. Behind them stand the pinned cells that are not selected.
 */
export function mountCells(
  row: { name: HTMLElement; content: HTMLElement },
  model: Model,
  own: Own,
): () => void {
  const list = create("div", "lv-chips", {
    "data-part": "cells",
    role: "group",
    "aria-label": "selected and pinned cells",
  });
  const note = create("div", "lv-note", { "data-part": "note", role: "status" });
  row.content.append(list, note);
  const chips = new Map<string, HTMLElement>();

  const markHovered = (cell: number | null) => {
    const hovered = String(cell);
    for (const chip of chips.values()) chip.classList.toggle("lv-hovered", chip.dataset.chip === hovered);
  };
  return all(
    drawLater(() => {
      setText(row.name, plural(model.selected_cells.value.length, "cell"));
      drawChips(list, chips, model, own);
      markHovered(own.hoveredCell.peek());
    }),
    drawOnFrame(() => markHovered(own.hoveredCell.value)),
    drawOnFrame(() => {
      setText(note, model._note.value);
      note.hidden = model._note.value === "";
    }),
    pointAtChips(list, own),
    actOnChips(list, model),
    mountAlignMenu(row.content, model, own),
    () => {
      list.remove();
      note.remove();
    },
  );
}

const ascending = (a: number, b: number) => a - b;

function drawChips(list: HTMLElement, chips: Map<string, HTMLElement>, model: Model, own: Own): void {
  const added = new Set(model.added_cells.value);
  const out = new Set(model.deselected_cells.value.filter((cell) => !added.has(cell)));
  const alignment = own.alignment.value;
  const all = [...new Set([...model.selected_cells.value, ...out])];
  const cells = sortCells(all, (cell) => out.has(cell), alignment);
  const pins = pinsOf(model.pinned_cells.value);
  const pinOf = new Map(pins.map((pin) => [pin.cell, pin]));
  const others = pins.filter(({ cell }) => !cells.includes(cell));
  const kept = new Set<string>();
  const chip = (key: string, make: () => HTMLElement) => {
    kept.add(key);
    const element = chips.get(key) ?? make();
    chips.set(key, element);
    return element;
  };
  const wanted = cells.map((cell) => {
    const element = chip(`selected ${cell}`, () => createChip(cell));
    dressChip(element, cell, out.has(cell), added.has(cell), pinOf.get(cell));
    showWorth(element, alignment, cell);
    return element;
  });
  if (cells.length > 0 && others.length > 0) {
    wanted.push(chip("rule", () => create("div", "lv-chip-rule", { role: "presentation" })));
  }
  for (const pin of others) {
    const element = chip(`pinned ${pin.cell}`, () => createPinned(pin.cell));
    element.style.setProperty("--pin", pin.color);
    showWorth(element, alignment, pin.cell);
    wanted.push(element);
  }
  arrange(list, chips, kept, wanted);
}

/** Show `wanted` in this order, and forget what is not kept. */
function arrange(
  list: HTMLElement,
  chips: Map<string, HTMLElement>,
  kept: ReadonlySet<string>,
  wanted: readonly HTMLElement[],
): void {
  const focused = [...list.children].findIndex((chip) => chip.matches(":focus-within"));
  for (const [key, chip] of chips) {
    if (kept.has(key)) continue;
    chip.remove();
    chips.delete(key);
  }
  wanted.forEach((chip, i) => {
    // Only what stands at another place moves: a moved button would lose the focus.
    if (list.children[i] !== chip) list.insertBefore(chip, list.children[i] ?? null);
  });
  // A chip that was taken away with the keyboard hands the focus on.
  if (focused >= 0 && !list.matches(":focus-within")) {
    const buttons = [...list.querySelectorAll<HTMLElement>("[data-chip] > :first-child")];
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
    create("button", "lv-chip-number", number, String(cell)),
    create("button", "lv-pin", dot),
  );
}

function dressChip(
  chip: HTMLElement,
  cell: number,
  isOut: boolean,
  isAdded: boolean,
  pin: Pin | undefined,
): void {
  const [number, dot] = chip.children as unknown as [HTMLElement, HTMLElement];
  chip.classList.toggle("lv-out", isOut);
  chip.classList.toggle("lv-added", isAdded);
  chip.classList.toggle("lv-pinned", pin !== undefined);
  chip.style.setProperty("--pin", pin?.color ?? null);
  number.setAttribute("aria-pressed", String(!isOut));
  const pinning = pin ? "unpin it" : "pin it in a colour of its own";
  const toggling = isOut
    ? `put cell ${cell} back`
    : `leave cell ${cell} out${isAdded ? ", added by hand" : ""}`;
  setTitle(number, `${toggling}; P: ${pinning}`);
  setTitle(dot, `${pin ? "unpin" : "pin"} cell ${cell}`);
  dot.setAttribute("aria-label", dot.title);
  dot.setAttribute("aria-pressed", String(pin !== undefined));
}

function createPinned(cell: number): HTMLElement {
  const button = create(
    "button",
    "lv-chip-number",
    { "data-part": "pinned-cell", "data-cell": String(cell), type: "button", title: `unpin cell ${cell}` },
    String(cell),
    create("span", "lv-unpin", { "aria-hidden": "true" }, "×"),
  );
  button.setAttribute("aria-label", `cell ${cell}, pinned; unpin it`);
  return create("div", "lv-chip lv-pinned lv-pinned-only", { "data-chip": String(cell) }, button);
}

/** An unchanged title stays open while the pointer rests on it. */
function setTitle(element: HTMLElement, title: string): void {
  if (element.title !== title) element.title = title;
}

function actOnChips(list: HTMLElement, model: Model): () => void {
  return all(
    listen(list, "click", (event) => {
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

function toggleSelected(model: Model, cell: number): void {
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
