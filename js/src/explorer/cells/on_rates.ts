import { all, create, listen, setText } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import { needsPython } from "../../shared/needs_python";
import { formatCount } from "../../shared/text";
import type { Model } from "../model";
import type { ViewState } from "../view_state";

/** A cell that is on at this share of all steps, or more, is on nearly everywhere. */
const EVERYWHERE = 0.8;
/** Fewer cells than this are no reason for a hint. */
const FEWEST = 4;
/** More than this share of all cells says little about a phrase. */
const MANY = 0.4;

/** The share of all steps at which each selected cell is on, as far as it is known. */
export function onRates(model: Model): ReadonlyMap<number, number> {
  const cells = model.selected_cells.value;
  const rates = model._on_rates.value;
  if (rates === null || rates.length > cells.length) return new Map();
  return new Map(rates.map((rate, i) => [cells[i] as number, rate]));
}

/** What a share of all steps is called. */
export function rateText(rate: number): string {
  const percent = rate * 100;
  if (rate > 0 && percent < 1) return "on at less than 1 % of all steps";
  return `on at ${Math.round(percent)} % of all steps`;
}

/** Show in a chip how often its cell is on in all data, as a bar. */
export function showRate(chip: HTMLElement, rate: number | undefined): void {
  chip.toggleAttribute("data-rated", rate !== undefined);
  chip.style.setProperty("--rate", rate === undefined ? null : rate.toFixed(3));
}

/** What to say of the selected cells if they say little about the selection; "" otherwise. */
export function hintOn(model: Model, everyCell: number): string {
  if (model.selection.value === null || model.off_before.value > 0 || model.off_after.value > 0) return "";
  const rates = model._on_rates.value ?? [];
  const count = model.selected_cells.value.length;
  if (count < FEWEST || rates.length === 0) return "";
  const common = rates.filter((rate) => rate >= EVERYWHERE).length;
  if (common * 2 >= rates.length) {
    return `${formatCount(common)} of these ${formatCount(rates.length)} cells are on at 80 % of all steps or more: they say little about this phrase.`;
  }
  if (count > everyCell * MANY) {
    return `${formatCount(count)} of all ${formatCount(everyCell)} cells are on here: too many to say much about this phrase.`;
  }
  return "";
}

/** A hint where the selected cells say little about the selection, with a button that asks for those that switch on. */
export function mountRateHint(content: HTMLElement, model: Model, view: ViewState): () => void {
  const text = create("span", "");
  const button = needsPython(
    create("button", "lv-hint-button", { "data-part": "ask-off-before", type: "button" }),
  );
  button.textContent = "ask that they be off before";
  const hint = create(
    "div",
    "lv-note lv-hint",
    { "data-part": "rate-hint", role: "status" },
    text,
    " ",
    button,
  );
  content.append(hint);
  return all(
    drawOnFrame(() => {
      const said = hintOn(model, view.cellCount.value);
      setText(text, said);
      hint.hidden = said === "";
      const start = model.selection.value?.[0] ?? 0;
      // Without a step before the selection in its sequence there is nothing to ask.
      button.hidden = start <= view.selectionBounds.value[0];
    }),
    listen(button, "click", () => model.set("off_before", 1)),
    () => hint.remove(),
  );
}
