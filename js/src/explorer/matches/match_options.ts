import { all, create, listen, setText } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import { closeMenu } from "../../shared/menu";
import { needsPython } from "../../shared/needs_python";
import { createNumberField } from "../../shared/number_field";
import { formatCount, parsePosition } from "../../shared/text";
import type { Model } from "../model";
import type { ViewState } from "../view_state";

/** Python allows at most so many steps of context. */
const MOST_CONTEXT = 20;

/**
 * A menu: how many matches are listed, of which length, with how much context, and whether overlapping ones are
 * folded.
 */
export function mountMatchOptions(model: Model, view: ViewState) {
  const count = createNumberField({
    part: "k",
    label: "most matches listed",
    format: () => formatCount(model.k.value),
    parse: parseCount,
    apply: (value) => model.set("k", value),
    refuse: (text) => view.say(`“${text}” is no number of matches: it stays as it was.`),
  });
  const length = createNumberField({
    part: "length-field",
    label: "length of the matches listed; empty for any",
    format: () => (model.length_filter.value === null ? "" : formatCount(model.length_filter.value)),
    parse: (text) => (text.trim() === "" ? 0 : parseCount(text)),
    apply: (value) => model.set("length_filter", value || null),
    refuse: (text) => view.say(`“${text}” is no length: it stays as it was.`),
  });
  needsPython(count.element);
  needsPython(length.element).placeholder = "any";
  const context = mountContextWidth(model);
  const fold = create("input", "", { type: "checkbox", "data-part": "fold-matches" });
  const columns = create("input", "", { type: "checkbox", "data-part": "match-columns" });
  const sheet = create(
    "div",
    "lv-menu-list lv-match-options",
    {},
    create("label", "lv-option", {}, create("span", "", {}, "matches at most"), count.element),
    create("div", "lv-option", {}, create("span", "", {}, "words of context"), context.element),
    create("label", "lv-option", {}, create("span", "", {}, "only of length"), length.element),
    create("label", "lv-menu-item lv-menu-option", {}, fold, "fold overlapping matches into the best"),
    create("label", "lv-menu-item", {}, columns, "a column for each time step"),
  );
  const summary = create(
    "summary",
    "lv-button",
    { title: "how many matches are listed, of which length, and how" },
    "list ▾",
  );
  const element = create("details", "lv-menu", { "data-part": "match-options" }, summary, sheet);
  const dispose = all(
    drawOnFrame(() => {
      fold.checked = model.fold_matches.value;
      columns.checked = model.match_layout.value === "columns";
    }),
    listen(fold, "change", () => model.set("fold_matches", fold.checked)),
    listen(columns, "change", () => model.set("match_layout", columns.checked ? "columns" : "concordance")),
    count.dispose,
    length.dispose,
    context.dispose,
    closeMenu(element, summary),
  );
  return { element, dispose };
}

/** Read a number from 1 on. It may have separators between the thousands. */
export function parseCount(text: string): number | null {
  return parsePosition(text) || null;
}

function mountContextWidth(model: Model) {
  const less = stepButton("context-less", "−", "fewer words of context");
  const more = stepButton("context-more", "+", "more words of context");
  const value = create("output", "lv-context-width", { "data-part": "context-width" });
  const change = (by: number) => () => model.set("context_width", model.context_width.peek() + by);
  const dispose = all(
    drawOnFrame(() => {
      const width = model.context_width.value;
      setText(value, String(width));
      less.disabled = !model.live.value || width <= 0;
      more.disabled = !model.live.value || width >= MOST_CONTEXT;
    }),
    listen(less, "click", change(-1)),
    listen(more, "click", change(1)),
  );
  return { element: create("span", "lv-group", {}, less, value, more), dispose };
}

function stepButton(part: string, text: string, title: string): HTMLButtonElement {
  const attributes = { "data-part": part, type: "button", title, "aria-label": title };
  return create("button", "lv-button lv-icon", attributes, text);
}
