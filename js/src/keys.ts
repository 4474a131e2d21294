/** An arrow and the like as a signed count of steps, or null for any other key. */
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

/** A key combined with Ctrl, Alt or Meta belongs to the browser or the notebook. */
export function hasModifier(event: KeyboardEvent): boolean {
  return event.ctrlKey || event.altKey || event.metaKey;
}
