import { listen } from "../shared/dom";
import { historyMove, TEXT_FIELD } from "../shared/keys";
import type { Model } from "./model";

/** Keys that mean the same wherever in the page the focus is. */
export function pressPageKeys(root: HTMLElement, model: Model): () => void {
  return listen(root, "keydown", (event) => {
    const target = event.target as Element;
    const isText = target.matches(TEXT_FIELD);
    const isSelecting = target.matches(SELECTING);
    const meaning = meaningOf(event, { isSelecting, isText }, model.selection.peek() !== null);
    if (meaning) event.preventDefault();
    if (meaning === "deselect") model.set("selection", null);
    else if (meaning) model.moveInHistory(meaning);
  });
}

/** Parts that show and change the selection. Only in these Escape clears it: elsewhere it closes what is open. */
const SELECTING = [
  ...["words", "plot", "selection-bar", "off-before", "off-after"],
  ...["ranges-previous", "ranges-next", "ranges-only"],
]
  .map((part) => `[data-part='${part}']`)
  .join();

/** What a key means to the page as a whole. */
export function meaningOf(
  event: Parameters<typeof historyMove>[0] & { defaultPrevented: boolean },
  focused: { isSelecting: boolean; isText: boolean },
  isSelected: boolean,
): "undo" | "redo" | "deselect" | null {
  const move = historyMove(event);
  // In a text field these keys undo what was typed.
  if (move) return focused.isText ? null : move;
  const isFree = event.key === "Escape" && focused.isSelecting && !event.defaultPrevented;
  return isFree && isSelected ? "deselect" : null;
}
