import { all, create, listen, setAttribute, setText } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import { closeMenu } from "../../shared/menu";
import { visibleToken } from "../../shared/text";
import { sourceOf } from "../made_layer";
import type { Model } from "../model";
import type { ViewState } from "../view_state";
import { isLow, isOfNumbers } from "./cell_alignment";

/** A menu of what can be done with the cells that go best with a label or numbers, and with the ranges of the label. */
export function mountBestMenu(model: Model, view: ViewState) {
  const item = (part: string, text: string, hint: string) =>
    create("button", "lv-menu-item lv-menu-button", { "data-part": part, type: "button", title: hint }, text);
  const pin = item("pin-best", "pin them", "draw each of these cells in a colour of its own");
  const take = item("take-best", "take as selected", "");
  const use = item("use-best", "use these thresholds", USE);
  const keep = item("keep-label", "", KEEP);
  const sheet = create("div", "lv-menu-list", {}, pin, take, use, keep);
  const summary = create("summary", "lv-button lv-best-button", {}, "with these ▾");
  const element = create("details", "lv-menu lv-best-menu", { "data-part": "best-menu" }, summary, sheet);
  const shown = () => view.alignment.value?.best ?? [];
  const high = () => shown().filter((cell) => !isLow(view.alignment.value, cell));
  const act = (does: () => void) => () => {
    does();
    element.open = false;
    summary.focus();
  };
  const dispose = all(
    drawOnFrame(() => {
      const chosen = model.align_with.value;
      if (chosen === null) return;
      const [track, label] = chosen;
      const ofNumbers = isOfNumbers(model._tracks.value, track);
      const none = shown().length === 0;
      element.hidden = !model.live.value || (none && ofNumbers);
      if (element.hidden) element.open = false;
      setText(summary, none ? "with its phrases ▾" : "with these ▾");
      pin.hidden = take.hidden = none;
      pin.disabled = shown().every((cell) => String(cell) in model.pinned_cells.value);
      const why = whyNotTaken(model.selection.value !== null, high().length, ofNumbers);
      take.disabled = why !== null;
      setAttribute(take, "title", why ?? (ofNumbers ? TAKE_RISING : TAKE_HIGH));
      // In a layer that was made of thresholds, those found are distances from them.
      use.hidden = none || ofNumbers || sourceOf(model) !== null;
      use.disabled = (view.alignment.value?.rules.cell ?? []).length === 0;
      keep.hidden = ofNumbers;
      setText(keep, `keep the phrases of ${visibleToken(label)}`);
    }),
    listen(
      pin,
      "click",
      act(() => {
        const pins = model.pinned_cells.peek();
        const added = shown().filter((cell) => !(String(cell) in pins));
        model.set("pinned_cells", {
          ...pins,
          ...Object.fromEntries(added.map((cell) => [String(cell), null])),
        });
      }),
    ),
    listen(
      take,
      "click",
      act(() => model.takeCells(high())),
    ),
    listen(
      use,
      "click",
      act(() => {
        const alignment = view.alignment.peek();
        if (alignment) model.use({ layer: alignment.layer, label: alignment.label, ...alignment.rules });
      }),
    ),
    listen(
      keep,
      "click",
      act(() => model.keepPhrases("label")),
    ),
    closeMenu(element, summary),
  );
  return { element, dispose };
}

/** Why the best cells can't become the selected ones; null if they can. */
export function whyNotTaken(isSelected: boolean, high: number, ofNumbers: boolean): string | null {
  if (!isSelected) return "select some words first";
  if (high > 0) return null;
  return ofNumbers ? "none of them rises with the numbers" : "all of them are low where the label stands";
}

const TAKE_HIGH = "select those that are high, and find where they are on together";
const TAKE_RISING = "select those that rise with the numbers, and find where they are on together";
const USE =
  "show how far each of these cells is beyond its own threshold, as a layer; low cells are on there, too";
const KEEP = "keep all ranges with the label as a set of phrases, to compare it with another set";
