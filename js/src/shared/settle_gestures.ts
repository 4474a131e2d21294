import { all, listen } from "./dom";

/** A gesture ends when a pointer or key is released, or when a field has taken its value. */
export function settleGestures(root: HTMLElement, settle: () => void): () => void {
  return all(...(["pointerup", "click", "keyup", "change"] as const).map((end) => listen(root, end, settle)));
}
