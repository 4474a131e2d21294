import { all, create, listen, setText } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import { closeMenu } from "../../shared/menu";
import { createNumberField } from "../../shared/number_field";
import { formatValue, parseFinite } from "../../shared/text";
import { valuesText } from "../made_layer";
import type { Model } from "../model";
import type { Range } from "../time/ranges";
import type { ViewState } from "../view_state";

const CHOICES = [
  ["layer", "range of the layer"],
  ["view", "values in view"],
  ["fixed", "fixed"],
] as const;
type Choice = (typeof CHOICES)[number][0];

let menus = 0;

/** A small button at the foot of the value axis, named for its units, opens the choice of what the axis covers. */
export function mountValueAxis(host: HTMLElement, model: Model, view: ViewState): () => void {
  const group = `lstmvis-axis-${menus++}`;
  const name = create("span", "lv-axis-units");
  const summary = create("summary", "lv-axis-button", { title: "what the value axis covers" }, name, " ▾");
  const low = endField("low", 0, model, view);
  const high = endField("high", 1, model, view);
  const options = CHOICES.map(([choice, text]) => {
    const radio = create("input", "", {
      type: "radio",
      name: group,
      value: choice,
      "data-part": `axis-${choice}`,
    });
    return { choice, radio, label: create("label", "lv-menu-item", {}, radio, text) };
  });
  const ends = create("div", "lv-axis-ends", {}, low.element, "to", high.element);
  const list = create(
    "div",
    "lv-menu-list lv-axis-list",
    { role: "group", "aria-label": "what the value axis covers" },
    ...options.map(({ label }) => label),
    ends,
  );
  const menu = create("details", "lv-menu lv-axis-menu", { "data-part": "axis-menu" }, summary, list);
  host.replaceChildren(menu);
  return all(
    drawOnFrame(() => {
      setText(name, model._units.value || "axis");
      summary.setAttribute(
        "aria-label",
        `value axis${valuesText(model) ? `: ${valuesText(model)}` : model._units.value ? ` in ${model._units.value}` : ""}`,
      );
    }),
    drawOnFrame(() => {
      const chosen = choiceOf(model.value_axis.value);
      for (const { choice, radio } of options) radio.checked = choice === chosen;
    }),
    listen(list, "change", (event) => {
      const choice = (event.target as HTMLInputElement).value as Choice;
      if (!(event.target as Element).matches("[type=radio]")) return;
      if (choice === "fixed") model.set("value_axis", view.scale.peek().domain);
      else model.set("value_axis", choice);
    }),
    low.dispose,
    high.dispose,
    closeMenu(menu, summary),
    () => menu.remove(),
  );
}

function choiceOf(axis: "layer" | "view" | Range): Choice {
  return typeof axis === "string" ? axis : "fixed";
}

/** A field for one end of the axis. A number that is typed there fixes the axis. */
function endField(part: string, end: 0 | 1, model: Model, view: ViewState) {
  return createNumberField({
    part: `axis-${part}`,
    label: `${end === 0 ? "lower" : "upper"} end of the value axis`,
    format: () => shortest(view.scale.value.domain[end]),
    parse: parseFinite,
    apply: (value) => {
      const { domain } = view.scale.peek();
      const [low, high] = end === 0 ? [value, domain[1]] : [domain[0], value];
      if (low < high) model.set("value_axis", [low, high]);
      else
        view.say(`The axis can't go from ${formatValue(low)} to ${formatValue(high)}: it stays as it was.`);
    },
    refuse: (text) => view.say(`“${text}” is not a number: the axis stays as it was.`),
  });
}

/** A number as one would type it: 0.3, not 0.30000000000000004. */
export function shortest(value: number): string {
  return String(Number(value.toPrecision(12)));
}
