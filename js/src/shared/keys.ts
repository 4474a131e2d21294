/** Steps that an arrow or page key counts, up positive and down negative; null for any other key. */
export function arrowCount(key: string, page = 10): number | null {
  switch (key) {
    case "ArrowRight":
    case "ArrowUp":
      return 1;
    case "ArrowLeft":
    case "ArrowDown":
      return -1;
    case "PageUp":
      return page;
    case "PageDown":
      return -page;
    default:
      return null;
  }
}

/** Ctrl-Z undoes the last change and Ctrl-Shift-Z redoes it (⌘ on a Mac); null for any other key. */
export function historyMove(
  event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">,
): "undo" | "redo" | null {
  const isZ = event.key.toLowerCase() === "z" && event.ctrlKey !== event.metaKey && !event.altKey;
  if (!isZ) return null;
  return event.shiftKey ? "redo" : "undo";
}

/** A key combined with Ctrl, Alt or Meta belongs to the browser or the notebook. */
export function hasModifier(event: KeyboardEvent): boolean {
  return event.ctrlKey || event.altKey || event.metaKey;
}

/** Matches fields in which keys write. */
export const TEXT_FIELD = "input:not([type=checkbox]), textarea";
