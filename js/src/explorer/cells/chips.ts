import { all, listen } from "../../shared/dom";
import type { ViewState } from "../view_state";
import { type CellAlignment, worthOf } from "./cell_alignment";

/** Pointing at a chip highlights its cell everywhere. */
export function pointAtChips(list: HTMLElement, view: ViewState): () => void {
  const point = (event: Event) => {
    const chip = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-chip]") : null;
    view.hoveredCell.value = chip ? Number(chip.dataset.chip) : null;
  };
  const leave = () => {
    view.hoveredCell.value = null;
  };
  return all(
    listen(list, "pointerover", point),
    listen(list, "focusin", point),
    listen(list, "pointerleave", leave),
    listen(list, "focusout", leave),
  );
}

/** Show how well the cell goes with the label or the numbers as a bar in the chip. */
export function showWorth(chip: HTMLElement, alignment: CellAlignment | null, cell: number): void {
  const worth = worthOf(alignment, cell);
  const known = !Number.isNaN(worth);
  chip.classList.toggle("lv-worth", known);
  chip.style.setProperty("--worth", known ? worth.toFixed(4) : null);
}
