import { all, listen } from "./dom";

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
      const page = menu.closest(".lstmvis")?.getBoundingClientRect();
      const list = menu.querySelector(".lv-menu-list")?.getBoundingClientRect();
      if (menu.open && page && list) menu.classList.toggle("lv-menu-left", list.left < page.left);
    }),
    listen(document, "pointerdown", (event) => {
      if (!event.composedPath().includes(menu)) menu.open = false;
    }),
  );
}
