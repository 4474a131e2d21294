import { all, create, listen, pool, setAttribute, setText } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import { needsPython } from "../../shared/needs_python";
import { visibleToken } from "../../shared/text";
import { shownText } from "../all/facts";
import { chipsOf } from "../all/filters";
import type { Model } from "../model";

/** The filters, each with a cross that takes it away, and how many sequences pass them. */
export function mountChips(model: Model) {
  const list = create("div", "lvs-chips", { "data-part": "filters", role: "group", "aria-label": "filters" });
  const count = create("span", "lvs-shown lv-aside", { "data-part": "shown-count", role: "status" });
  const clear = needsPython(
    create("button", "lvs-more", { "data-part": "clear-filters", type: "button" }, "clear all"),
  );
  const element = create("div", "lvs-filters", {}, list, count, clear);
  const dispose = all(
    drawOnFrame(() => {
      const chips = chipsOf(model.filters.value);
      const hadFocus = list.contains((list.getRootNode() as Document).activeElement);
      pool<HTMLElement>(list, chips.length, makeChip).forEach((element, i) => {
        const chip = chips[i] as (typeof chips)[number];
        setText(element.firstElementChild as Element, visibleToken(chip.text));
        setAttribute(element, "title", `${chip.title}: click to remove this filter`);
        setAttribute(element, "aria-label", `remove the filter ${chip.title}`);
        element.dataset.filter = chip.key;
      });
      const root = list.getRootNode() as Document;
      if (hadFocus && !list.contains(root.activeElement))
        (list.lastElementChild as HTMLElement | null)?.focus();
      clear.hidden = chips.length < 2;
      const sequences = model._sequences.value;
      setText(
        count,
        chips.length > 0 && sequences ? shownText(model._order.value.length, sequences.count) : "",
      );
    }),
    listen(list, "click", (event) => {
      const chip = (event.target as Element).closest("[data-filter]");
      const place = chip ? [...list.children].indexOf(chip) : -1;
      const found = chipsOf(model.filters.peek())[place];
      if (found) model.set("filters", found.without);
    }),
    listen(clear, "click", () => model.set("filters", {})),
  );
  return { element, dispose };
}

function makeChip(): HTMLElement {
  return needsPython(
    create(
      "button",
      "lvs-chip",
      { "data-part": "filter", type: "button" },
      create("span", "lvs-chip-text", { dir: "auto" }),
      create("span", "lvs-chip-cross", { "aria-hidden": "true" }, "×"),
    ),
  );
}
