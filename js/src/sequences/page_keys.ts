import { listen } from "../shared/dom";
import { historyMove, TEXT_FIELD } from "../shared/keys";
import type { Model } from "./model";

/** Keys that mean the same wherever in the page the focus is. */
export function pressPageKeys(root: HTMLElement, model: Model): () => void {
  return listen(root, "keydown", (event) => {
    const move = historyMove(event);
    // In a text field these keys undo what was typed.
    if (!move || event.defaultPrevented || (event.target as Element).matches(TEXT_FIELD)) return;
    event.preventDefault();
    model.moveInHistory(move);
  });
}
