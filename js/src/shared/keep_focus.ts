const FOCUSABLE = "button, input, select, textarea, summary, a[href], [tabindex]";

/**
 * Keep the focus in the page where a control goes that has it: a button that is hidden or turned off by what it does, or
 * an item of a menu that closes. The control before it takes the focus, or else the one after it.
 */
export function keepFocus(root: HTMLElement): () => void {
  const observer = new MutationObserver((records) => {
    const focused = (root.getRootNode() as Document | ShadowRoot).activeElement;
    if (!focused || focused === root || !root.contains(focused) || canHaveFocus(focused)) return;
    if (!records.some(({ target }) => target.contains(focused))) return;
    const controls = [...root.querySelectorAll<HTMLElement>(FOCUSABLE)];
    nearest(controls, controls.indexOf(focused as HTMLElement), isReached)?.focus();
  });
  observer.observe(root, { attributeFilter: ["hidden", "disabled", "open"], subtree: true });
  return () => observer.disconnect();
}

/** The last of the items before a place that will do, or else the first after it; undefined if there is none. */
export function nearest<T>(items: readonly T[], place: number, willDo: (item: T) => boolean): T | undefined {
  return items.slice(0, Math.max(place, 0)).reverse().find(willDo) ?? items.slice(place + 1).find(willDo);
}

function canHaveFocus(element: Element): boolean {
  return !(element as Partial<HTMLButtonElement>).disabled && element.checkVisibility();
}

/** Whether the Tab key reaches an element. */
function isReached(element: HTMLElement): boolean {
  return element.tabIndex >= 0 && canHaveFocus(element);
}
