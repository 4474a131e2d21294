import { all, create, listen, setText } from "../dom";
import { drawOnFrame } from "../frame";
import type { Model } from "../model";
import type { Own } from "../own";
import { plural } from "../text";

/** The selected cells as buttons: pointing highlights a cell everywhere, clicking takes it out or puts it back. */
export function mountCells(
  row: { name: HTMLElement; content: HTMLElement },
  model: Model,
  own: Own,
): () => void {
  const list = create("div", "lv-chips", {
    "data-part": "cells",
    role: "group",
    "aria-label": "selected cells",
  });
  const note = create("div", "lv-note", { "data-part": "note", role: "status" });
  row.content.append(list, note);
  const chips = new Map<number, HTMLButtonElement>();

  return all(
    drawOnFrame(() => {
      const selected = model.selected_cells.value;
      setText(row.name, plural(selected.length, "cell"));
      drawChips(list, chips, selected, model.deselected_cells.value);
    }),
    drawOnFrame(() => {
      // The chips are rebuilt on a new selection: read both so that a new chip is marked as well.
      model.selected_cells.value;
      for (const [cell, chip] of chips) chip.classList.toggle("lv-hovered", cell === own.hoveredCell.value);
    }),
    drawOnFrame(() => {
      setText(note, model._note.value);
      note.hidden = model._note.value === "";
    }),
    pointAtChips(list, own),
    listen(list, "click", (event) => {
      const cell = cellOf(event.target);
      if (cell === null) return;
      const deselected = model.deselected_cells.peek();
      const kept = deselected.filter((other) => other !== cell);
      model.set(
        "deselected_cells",
        kept.length < deselected.length ? kept : [...deselected, cell].sort(ascending),
      );
    }),
    () => {
      list.remove();
      note.remove();
    },
  );
}

const ascending = (a: number, b: number) => a - b;

function drawChips(
  list: HTMLElement,
  chips: Map<number, HTMLButtonElement>,
  selected: readonly number[],
  deselected: readonly number[],
): void {
  const out = new Set(deselected);
  const cells = [...new Set([...selected, ...deselected])].sort(ascending);
  const shown = new Set(cells);
  for (const [cell, chip] of chips) {
    if (shown.has(cell)) continue;
    chip.remove();
    chips.delete(cell);
  }
  cells.forEach((cell, i) => {
    const chip = chips.get(cell) ?? createChip(cell);
    chips.set(cell, chip);
    const isOut = out.has(cell);
    chip.classList.toggle("lv-out", isOut);
    chip.setAttribute("aria-pressed", String(!isOut));
    const title = isOut ? `put cell ${cell} back` : `leave cell ${cell} out`;
    if (chip.title !== title) chip.title = title;
    // Only what stands at another place moves: a moved button would lose the focus.
    if (list.children[i] !== chip) list.insertBefore(chip, list.children[i] ?? null);
  });
}

function createChip(cell: number): HTMLButtonElement {
  return create(
    "button",
    "lv-chip",
    { "data-part": "cell", "data-cell": String(cell), type: "button" },
    String(cell),
  );
}

function cellOf(target: EventTarget | null): number | null {
  const chip = target instanceof Element ? target.closest<HTMLElement>("[data-cell]") : null;
  return chip ? Number(chip.dataset.cell) : null;
}

function pointAtChips(list: HTMLElement, own: Own): () => void {
  const point = (event: Event) => {
    own.hoveredCell.value = cellOf(event.target);
  };
  const leave = () => {
    own.hoveredCell.value = null;
  };
  return all(
    listen(list, "pointerover", point),
    listen(list, "focusin", point),
    listen(list, "pointerleave", leave),
    listen(list, "focusout", leave),
  );
}
