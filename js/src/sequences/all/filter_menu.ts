import { all, create, listen, setAttribute } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import { closeMenu } from "../../shared/menu";
import { needsPython } from "../../shared/needs_python";
import { createNumberField } from "../../shared/number_field";
import { parseFinite } from "../../shared/text";
import type { Model } from "../model";
import type { ViewState } from "../view_state";
import { sortChoices } from "./columns";
import { RANGES, type RangeFilter, rangeIn, withFilter } from "./filters";
import { knownIn, type SequenceList } from "./table_list";

/** A menu with the conditions that nothing in the page stands for. */
export function mountFilterMenu(list: SequenceList, model: Model, view: ViewState) {
  const ranges = (Object.keys(RANGES) as RangeFilter[]).map((key) => rangeOption(key, model, view));
  const right = check("correct", "right", true, model);
  const wrong = check("correct", "wrong", false, model);
  const selected = check("selected", "with selected steps", true, model);
  const matches = check("matches", "with matches of the linked explorer", true, model);
  const sort = sortOption(list, model);
  const options = [right, wrong, selected, matches, ...ranges, sort];
  const summary = create(
    "summary",
    "lvs-more",
    { title: "further conditions, and the order" },
    "filter, sort ▾",
  );
  const sheet = create(
    "div",
    "lv-menu-list lvs-filter-list",
    { role: "group", "aria-label": "conditions on the sequences, and their order" },
    ...options.map(({ element }) => element),
  );
  const element = create("details", "lv-menu", { "data-part": "filter-menu" }, summary, sheet);
  const hasOutput = drawOnFrame(() => {
    const table = model._sequences.value;
    right.element.hidden = !table?.target;
    wrong.element.hidden = !table?.target;
    selected.element.hidden = model._selected.value === null && model.filters.value.selected === undefined;
    matches.element.hidden = model._matches.value === null && model.filters.value.matches === undefined;
    ranges.forEach(({ element: row, key }) => {
      row.hidden = key !== "length" && !table?.prediction;
    });
  });
  return {
    element,
    dispose: all(hasOutput, closeMenu(element, summary), ...options.map(({ dispose }) => dispose)),
  };
}

/** A box that sets a condition to a value, and takes it away. */
function check(key: string, text: string, value: boolean, model: Model) {
  const box = needsPython(
    create("input", "", { type: "checkbox", "data-part": `filter-${key}`, "data-value": String(value) }),
  );
  const dispose = all(
    drawOnFrame(() => {
      box.checked = model.filters.value[key] === value;
    }),
    listen(box, "change", () =>
      model.set("filters", withFilter(model.filters.peek(), key, box.checked ? value : null)),
    ),
  );
  return { element: create("label", "lv-menu-item", {}, box, text), dispose };
}

const ENDS = ["least", "most"] as const;

/** Two fields for the least and the greatest number of a column. */
function rangeOption(key: RangeFilter, model: Model, view: ViewState) {
  const fields = ENDS.map((end, i) =>
    createNumberField({
      part: `filter-${key}-${end}`,
      label: `${end} ${RANGES[key]}`,
      format: () => String(rangeIn(model.filters.value, key)[i] ?? ""),
      parse: parseEnd,
      apply: (value) => {
        const range = [...rangeIn(model.filters.peek(), key)];
        range[i] = Number.isNaN(value) ? null : value;
        model.set("filters", withFilter(model.filters.peek(), key, range));
      },
      refuse: (text) => view.say(`“${text}” is not a number: the filter stays as it was.`),
    }),
  );
  const inputs = fields.map((field, i) => {
    setAttribute(field.element, "placeholder", ENDS[i] as string);
    return needsPython(field.element);
  });
  const element = create(
    "div",
    "lv-menu-item lvs-range",
    { role: "group", "aria-label": RANGES[key] },
    create("span", "", {}, RANGES[key]),
    ...inputs,
  );
  return { key, element, dispose: all(...fields.map((field) => field.dispose)) };
}

/** What the sequences are sorted by, for columns that there is no room for. */
function sortOption(list: SequenceList, model: Model) {
  const select = needsPython(
    create("select", "lv-select", { "data-part": "sort-by", "aria-label": "sort by" }),
  );
  const down = needsPython(create("input", "", { type: "checkbox", "data-part": "sort-downwards" }));
  let shown = "";
  const apply = () => model.set("sort_by", `${down.checked ? "-" : ""}${select.value}`);
  const dispose = all(
    drawOnFrame(() => {
      const known = knownIn(list);
      const choices = known ? sortChoices(known) : [];
      const key = JSON.stringify(choices);
      if (key !== shown) {
        select.replaceChildren(...choices.map(([value, text]) => create("option", "", { value }, text)));
        shown = key;
      }
      const by = model.sort_by.value;
      select.value = by.replace(/^-/, "");
      down.checked = by.startsWith("-");
    }),
    listen(select, "change", apply),
    listen(down, "change", apply),
  );
  const element = create(
    "div",
    "lvs-sort",
    {},
    create("label", "lv-menu-item", {}, create("span", "", {}, "sort by"), select),
    create("label", "lv-menu-item", {}, down, "downwards"),
  );
  return { element, dispose };
}

/** A number; NaN for an end that is left open. */
export function parseEnd(text: string): number | null {
  return text.trim() === "" ? Number.NaN : parseFinite(text);
}
