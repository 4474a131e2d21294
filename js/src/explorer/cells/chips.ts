import { all, listen } from "../../shared/dom";
import type { ViewState } from "../view_state";
import type { CellAlignment } from "./cell_alignment";

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

/** Show the cell's F1 as a bar in the chip. */
export function showWorth(chip: HTMLElement, alignment: CellAlignment | null, cell: number): void {
  const f1 = alignment?.f1[cell];
  const known = f1 !== undefined && !Number.isNaN(f1);
  chip.classList.toggle("lv-worth", known);
  chip.style.setProperty("--f1", known ? f1.toFixed(4) : null);
}
