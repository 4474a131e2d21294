import { toggleSelected } from "../cells/cells";
import type { Model } from "../model";
import { positionShowing } from "../time/layout";
import { containsRange, type Range } from "../time/ranges";
import type { ViewState } from "../view_state";
import type { PhraseSet } from "./contrast";

/** Make these the selected cells. If nothing is selected, the first phrase of the set is, as cells need a selection. */
export function takeCells(
  model: Model,
  view: ViewState,
  cells: readonly number[],
  set: PhraseSet | null | undefined,
): void {
  if (cells.length === 0) return;
  const phrase = set?.phrases[0];
  if (model.selection.peek() === null && phrase) selectPhrase(model, view, phrase);
  model.takeCells(cells);
}

/** Add a cell to the selected ones, or leave it out. */
export function toggleTaken(
  model: Model,
  view: ViewState,
  cell: number,
  set: PhraseSet | null | undefined,
): void {
  if (model.selection.peek() === null) takeCells(model, view, [cell], set);
  else if (model.selected_cells.peek().includes(cell) || model.deselected_cells.peek().includes(cell))
    toggleSelected(model, cell);
  else
    model.set(
      "added_cells",
      [...model.added_cells.peek(), cell].sort((a, b) => a - b),
    );
  model.settle();
}

/** Bring a phrase into sight, and outline it among the words. */
export function showPhrase(model: Model, view: ViewState, phrase: Range): void {
  if (!containsRange(view.availableSteps.peek(), phrase)) {
    view.say("These steps are not part of the saved view.");
    return;
  }
  if (!containsRange(view.visible.peek(), phrase))
    view.moveTo(positionShowing(phrase, model._steps.peek(), view.visibleSteps.peek()));
  view.shownMatch.value = phrase;
}

export function selectPhrase(model: Model, view: ViewState, phrase: Range): void {
  model.set("selection", phrase);
  if (!containsRange(view.visible.peek(), phrase))
    view.moveTo(positionShowing(phrase, model._steps.peek(), view.visibleSteps.peek()));
  model.settle();
}
