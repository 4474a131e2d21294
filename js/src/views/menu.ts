import { all, listen } from "../dom";

/** Escape and a press elsewhere close a menu that has been opened. */
export function closeMenu(menu: HTMLDetailsElement, summary: HTMLElement): () => void {
  return all(
    listen(menu, "keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      event.preventDefault();
      event.stopPropagation();
      menu.open = false;
      summary.focus();
    }),
    listen(document, "pointerdown", (event) => {
      if (!event.composedPath().includes(menu)) menu.open = false;
    }),
  );
}
