import { all, create, listen, setText } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import { needsPython } from "../../shared/needs_python";
import { createNumberField } from "../../shared/number_field";
import { formatCount } from "../../shared/text";
import type { Model } from "../model";
import { positionShowing } from "../time/layout";
import { containsRange } from "../time/ranges";
import type { ViewState } from "../view_state";
import { leastFollowed, neighbour, parseLeast, placeOf, toleranceFor } from "./selected_ranges";

/**
 * While several phrases are selected: how many, which is the current one, and at how many of them a cell has to be on.
 * Buttons go from one to the next, and back to one alone.
 */
export function mountRangesRow(content: HTMLElement, model: Model, view: ViewState): () => void {
  const row = content.parentElement as HTMLElement;
  const button = (part: string, name: string, text: string, look: string) =>
    needsPython(
      create("button", look, { "data-part": part, type: "button", title: name, "aria-label": name }, text),
    );
  const back = button("ranges-previous", "the phrase before", "◀", "lv-button lv-icon");
  const place = create("span", "lv-ranges-place", { "data-part": "ranges-place", role: "status" });
  const next = button("ranges-next", "the next phrase", "▶", "lv-button lv-icon");
  const least = () => leastFollowed(count(), model.tolerance.value);
  const count = () => countOf(model);
  const field = createNumberField({
    part: "ranges-least",
    label: "in at least so many of the phrases a cell has to be on",
    format: () => formatCount(least()),
    longest: () => formatCount(count()),
    parse: (text) => parseLeast(text, count()),
    apply: (wanted) => model.set("tolerance", toleranceFor(count(), wanted)),
    refuse: (text) => view.say(`“${text}” is no number of phrases, 1 to ${formatCount(count())}`),
  });
  needsPython(field.element);
  const of = create("span");
  const only = button(
    "ranges-only",
    "only this one: select the current phrase alone",
    "only this one",
    "lv-link",
  );
  const note = create("span", "lv-second-text");
  const walk = create("span", "lv-ranges-part", {}, back, place, next);
  const rule = create("span", "lv-ranges-part", {}, "on in at least", field.element, of);
  content.classList.add("lv-ranges");
  content.append(walk, rule, only, note);

  const step = (direction: 1 | -1) => {
    const to = neighbour(view.ranges.peek(), model.selection.peek(), direction);
    if (!to) return;
    model.set("selection", to);
    view.cursor.value = null;
    if (containsRange(view.visible.peek(), to)) return;
    view.moveTo(positionShowing(to, model._steps.peek(), view.visibleSteps.peek()));
  };
  return all(
    drawOnFrame(() => {
      row.hidden = view.ranges.value.length < 2;
      if (row.hidden) return;
      const there = count();
      setText(place, placeText(placeOf(view.ranges.value, model.selection.value), there));
      setText(of, `of ${formatCount(there)}`);
      const drawn = view.ranges.value.length;
      setText(note, drawn < there ? `the first ${formatCount(drawn)} are drawn` : "");
    }),
    field.dispose,
    listen(back, "click", () => step(-1)),
    listen(next, "click", () => step(1)),
    listen(only, "click", () => model.set("selected_ranges", [])),
  );
}

/** How many ranges are selected, also those that were not sent. */
export function countOf(model: Pick<Model, "selected_ranges" | "_n_ranges">): number {
  return Math.max(model.selected_ranges.value.length, model._n_ranges.value);
}

/** 3 / 9; or – / 20,000 of a range that was not sent. */
export function placeText(place: number | null, count: number): string {
  return `${place === null ? "–" : formatCount(place + 1)} / ${formatCount(count)}`;
}
