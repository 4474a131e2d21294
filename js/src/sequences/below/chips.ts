import { create, pool, setAttribute, setText } from "../../shared/dom";
import { plural } from "../../shared/text";

/** What a chip shows: a name, and a number beside it. */
export interface Chip {
  name: string;
  value: string;
  title: string;
  /** As much is to be expected by chance. */
  faint?: boolean;
}

/** A name and a row of chips. */
export function createChipRow(name: string, part: string) {
  const chips = create("span", "lvs-found-chips", { "data-part": part, role: "list", "aria-label": name });
  const after = create("span", "lvs-after lv-aside");
  const element = create("div", "lvs-found-row", {}, create("span", "lv-aside", {}, name), chips, after);
  return { element, chips, after };
}

/** Show these chips in a row. */
export function drawChips(host: HTMLElement, chips: readonly Chip[]): void {
  pool(host, chips.length, () =>
    create(
      "span",
      "lvs-found",
      { role: "listitem" },
      create("span", "", { dir: "auto" }),
      create("span", "lvs-value"),
    ),
  ).forEach((element, i) => {
    const { name, value, title, faint = false } = chips[i] as Chip;
    (element.firstElementChild as Element).textContent = name;
    (element.lastElementChild as Element).textContent = value;
    element.classList.toggle("lvs-faint", faint);
    setAttribute(element, "title", title);
  });
}

/** A button that takes cells as the linked explorer's, and why it can't. */
export function createTakeButton(part: string) {
  const button = create(
    "button",
    "lvs-more",
    { "data-part": part, type: "button" },
    "take as the explorer’s cells",
  );
  const why = create("span", "lv-aside");
  return {
    element: create("span", "lvs-take", {}, button, why),
    button,
    /** Say how many cells there are to take, or why they can't be. */
    draw(cells: number, reason: string, live: boolean): void {
      button.disabled = !live || cells === 0 || reason !== "";
      button.hidden = cells === 0;
      setText(why, live && cells > 0 && reason ? ` (${reason})` : "");
      button.title =
        reason ||
        `make ${plural(cells, "cell")} the selected ones of the linked explorer; if it has mirrors, those of low or falling cells`;
    },
  };
}
