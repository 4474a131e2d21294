import { all, create, listen, pool, setAttribute, setText } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import { needsPython } from "../../shared/needs_python";
import { visibleToken } from "../../shared/text";
import { shownText } from "../all/facts";
import { chipsOf } from "../all/filters";
import type { Model } from "../model";

/** The filters, each with a cross that takes it away, and how many sequences pass them. */
export function mountChips(model: Model) {
  const list = create("div", "lvs-filter-chips", {
    "data-part": "filters",
    role: "group",
    "aria-label": "filters",
  });
  const count = create("span", "lvs-shown lv-aside", { "data-part": "shown-count" });
  const clear = needsPython(
    create("button", "lvs-more", { "data-part": "clear-filters", type: "button" }, "clear all"),
  );
  const element = create("div", "lvs-filters", { tabindex: "-1" }, list, count, clear);
  const dispose = all(
    drawOnFrame(() => {
      const chips = chipsOf(model.filters.value);
      const root = list.getRootNode() as Document;
      const hadFocus = element.contains(root.activeElement);
      pool<HTMLElement>(list, chips.length, makeChip).forEach((element, i) => {
        const chip = chips[i] as (typeof chips)[number];
        setText(element.firstElementChild as Element, visibleToken(chip.text));
        setAttribute(element, "title", `${chip.title}: click to remove this filter`);
        setAttribute(element, "aria-label", `remove the filter ${chip.title}`);
        element.dataset.filter = chip.key;
      });
      clear.hidden = chips.length < 2;
      // The keys stay with the page when what had the focus goes away.
      if (
        hadFocus &&
        (clear.hidden ? !list.contains(root.activeElement) : !element.contains(root.activeElement))
      )
        ((list.lastElementChild as HTMLElement | null) ?? element).focus();
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
      "lvs-filter-chip",
      { "data-part": "filter", type: "button" },
      create("span", "lvs-filter-text", { dir: "auto" }),
      create("span", "lvs-filter-cross", { "aria-hidden": "true" }, "×"),
    ),
  );
}
