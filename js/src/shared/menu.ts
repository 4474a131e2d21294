import { all, listen } from "./dom";
import { frameWithin } from "./place";

/** Close an open menu on Escape and on a press elsewhere, and keep its list within the page. */
export function closeMenu(menu: HTMLDetailsElement, summary: HTMLElement): () => void {
  return all(
    listen(menu, "keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      event.preventDefault();
      event.stopPropagation();
      menu.open = false;
      summary.focus();
    }),
    listen(menu, "toggle", () => {
      menu.classList.remove("lv-menu-left");
      const page = menu.closest<HTMLElement>(".lstmvis");
      const list = menu.querySelector<HTMLElement>(".lv-menu-list");
      if (menu.open && page && list) menu.classList.toggle("lv-menu-left", frameWithin(page, list).left < 0);
    }),
    listen(document, "pointerdown", (event) => {
      if (!event.composedPath().includes(menu)) menu.open = false;
    }),
  );
}
