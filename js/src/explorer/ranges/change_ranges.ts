import type { Model } from "../model";
import type { Range } from "../time/ranges";
import type { ViewState } from "../view_state";
import { isSame } from "./selected_ranges";

/** A change of the selected ranges that Python has not made yet: a range that is added, perhaps in place of another. */
export interface PendingRange {
  range: Range;
  instead: Range | null;
}

/** Whether several ranges are selected. */
export function areSeveral(view: Pick<ViewState, "ranges">): boolean {
  return view.ranges.peek().length > 1;
}

/** The current range: the one that is being added, or the selection. */
export function currentRange(model: Model, view: ViewState): Range | null {
  return view.pendingRange.peek()?.range ?? model.selection.peek();
}

/** The current range, as it is drawn. */
export function drawnSelection(model: Model, view: ViewState): Range | null {
  return view.pendingRange.value?.range ?? model.selection.value;
}

/**
 * A gesture that changes the selected ranges: it adds one to them, or with `instead` puts it in place of that one. It is
 * drawn at once; Python hears of it at the end.
 */
export function changeRanges(model: Model, view: ViewState, instead: Range | null) {
  return {
    reach(range: Range) {
      view.pendingRange.value = { range, instead };
    },
    end() {
      const change = view.pendingRange.peek();
      if (change) addRange(change.range, instead, model, view);
    },
    cancel() {
      view.pendingRange.value = null;
    },
  };
}

/** Add a range to those that are selected, or put it in place of `instead`. */
export function addRange(range: Range, instead: Range | null, model: Model, view: ViewState): void {
  // The range that it takes the place of may be one that Python does not know yet.
  const before = view.pendingRange.peek();
  view.pendingRange.value = {
    range,
    instead: before && isSame(before.range, instead) ? before.instead : instead,
  };
  model.changeRanges(instead === null ? { add: range } : { add: range, instead });
}

/** Take a range out of those that are selected. */
export function removeRange(range: Range, model: Model, view: ViewState): void {
  view.pendingRange.value = null;
  model.changeRanges({ remove: range });
}
