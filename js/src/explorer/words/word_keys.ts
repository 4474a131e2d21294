import { all, listen } from "../../shared/dom";
import { hasModifier } from "../../shared/keys";
import { clamp } from "../../shared/numbers";
import { brushedRange, fartherEnd } from "../../shared/ranges";
import type { Model } from "../model";
import { addRange, areSeveral, currentRange, removeRange } from "../ranges/change_ranges";
import { isSame } from "../ranges/selected_ranges";
import { wholeColumns } from "../time/columns";
import type { ViewState } from "../view_state";

/**
 * Arrow keys move a cursor along the words, with Shift they select, Enter selects the cursor's word, and A adds it to
 * what is selected, or takes it out again.
 */
export function pressWordKeys(row: HTMLElement, model: Model, view: ViewState): () => void {
  let anchor: number | null = null;
  const lastSelected = () => {
    const selection = model.selection.peek();
    return selection && selection[1] - 1;
  };
  const ensureCursor = () => {
    const [first, end] = view.visible.peek();
    const cursor = view.cursor.peek() ?? lastSelected() ?? first;
    return clamp(cursor, first, end - 1);
  };
  // If the cursor is in the selection, that is extended, else a new one begins.
  const anchorAt = (cursor: number) => {
    const selection = currentRange(model, view);
    const isIn = selection && cursor >= selection[0] && cursor < selection[1];
    return isIn ? fartherEnd(selection, cursor) : cursor;
  };
  const columnsAt = (cursor: number) =>
    wholeColumns([cursor, cursor + 1], view.stride.peek() ?? 1, view.boundsAround(cursor));
  const moveTo = (step: number) => {
    view.cursor.value = step;
    const [first, end] = view.visible.peek();
    if (step < first) view.moveTo(step);
    else if (step >= end) view.moveTo(step - view.visibleSteps.peek() + 1);
  };
  return all(
    listen(row, "focus", () => {
      if (row.matches(":focus-visible")) view.cursor.value = ensureCursor();
    }),
    listen(row, "blur", () => {
      view.cursor.value = null;
      anchor = null;
    }),
    listen(row, "pointerdown", () => {
      anchor = null;
    }),
    listen(row, "keydown", (event) => {
      if (hasModifier(event)) return;
      const cursor = ensureCursor();
      if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
        event.preventDefault();
        const stride = view.stride.peek() ?? 1;
        const next = clamp(
          cursor + (event.key === "ArrowLeft" ? -stride : stride),
          0,
          model._steps.peek() - 1,
        );
        if (event.shiftKey) {
          anchor ??= anchorAt(cursor);
          const bounds = view.boundsAround(anchor);
          const range = wholeColumns(brushedRange(anchor, next, bounds), stride, bounds);
          const current = currentRange(model, view);
          const isExtended = current && anchor >= current[0] && anchor < current[1];
          if (isExtended && areSeveral(view)) addRange(range, current, model, view);
          else model.set("selection", range);
          moveTo(clamp(next, range[0], range[1] - 1));
        } else {
          anchor = null;
          moveTo(next);
        }
      } else if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        anchor = null;
        model.set("selection", columnsAt(cursor));
      } else if (event.key.toLowerCase() === "a" && model.live.peek()) {
        event.preventDefault();
        anchor = null;
        const word = columnsAt(cursor);
        const there = view.ranges.peek().some((range) => isSame(range, word));
        if (there) removeRange(word, model, view);
        else addRange(word, null, model, view);
      }
    }),
  );
}
