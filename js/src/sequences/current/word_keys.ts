import { all, listen } from "../../shared/dom";
import { hasModifier } from "../../shared/keys";
import { clamp } from "../../shared/numbers";
import { brushedRange, fartherEnd } from "../../shared/ranges";
import type { Model } from "../model";
import type { ViewState } from "../view_state";
import { isWithin, type WordPlaces } from "./word_brush";
import { wordBeside } from "./word_places";

/**
 * Arrow keys, Home and End move along the words; with Shift they select. Enter goes to the step, Escape selects
 * nothing.
 */
export function pressWordKeys(
  flow: HTMLElement,
  places: Pick<WordPlaces, "all">,
  intoSight: (step: number) => void,
  model: Model,
  view: ViewState,
): () => void {
  let anchor: number | null = null;
  let cursor: number | null = null;
  const here = () => {
    const words = model._words.peek();
    if (!words || words.stop <= words.start) return null;
    const last = view.hoveredStep.peek() ?? cursor ?? model.position.peek();
    return clamp(last, words.start, words.stop - 1);
  };
  return all(
    listen(flow, "focus", () => {
      if (flow.matches(":focus-visible")) view.hoveredStep.value = cursor = here();
    }),
    listen(flow, "blur", () => {
      // What the pointer is on stays hovered.
      if (cursor !== null && view.hoveredStep.peek() === cursor) view.hoveredStep.value = null;
      anchor = cursor = null;
    }),
    listen(flow, "pointerdown", () => {
      anchor = null;
    }),
    listen(flow, "keydown", (event) => {
      const words = model._words.peek();
      const at = here();
      if (!words || at === null || hasModifier(event)) return;
      if (event.key === "Escape") {
        if (model.selection.peek() === null) return;
        event.preventDefault();
        event.stopPropagation();
        anchor = null;
        model.set("selection", null);
        return;
      }
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        event.stopPropagation();
        model.set("position", at);
        return;
      }
      const to = wordAfter(event.key, at - words.start, words.stop - words.start, places);
      if (to === null) return;
      event.preventDefault();
      event.stopPropagation();
      const next = words.start + to;
      cursor = next;
      if (event.shiftKey) {
        const selection = model.selection.peek();
        const isIn = isWithin(selection, [words.first, words.end]) && at >= selection[0] && at < selection[1];
        anchor ??= isIn ? fartherEnd(selection, at) : at;
        model.set("selection", brushedRange(anchor, next, [words.first, words.end]));
      } else anchor = null;
      view.hoveredStep.value = next;
      intoSight(next);
    }),
  );
}

/** The word that a key moves to from word `i` of `count`; null for any other key. */
export function wordAfter(
  key: string,
  i: number,
  count: number,
  places: Pick<WordPlaces, "all">,
): number | null {
  switch (key) {
    case "ArrowLeft":
      return Math.max(0, i - 1);
    case "ArrowRight":
      return Math.min(count - 1, i + 1);
    case "ArrowUp":
      return wordBeside(places.all(), i, -1);
    case "ArrowDown":
      return wordBeside(places.all(), i, 1);
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return null;
  }
}
