import { all, listen } from "./dom";
import { hasModifier } from "./keys";

/**
 * The controls in `group` that match `selector` share one stop of the Tab key. Arrow keys, Home and End go from one to
 * another. Controls may come and go.
 */
export function shareTabStop(group: HTMLElement, selector: string): () => void {
  let stop: HTMLElement | null = null;
  const every = () => [...group.querySelectorAll<HTMLElement>(selector)];
  const usableOf = (controls: HTMLElement[]) => controls.filter((control) => isUsable(control, group));
  const arrange = () => {
    const controls = every();
    const usable = usableOf(controls);
    if (!stop || !usable.includes(stop)) stop = usable[0] ?? null;
    for (const control of controls) {
      const tabIndex = control === stop ? 0 : -1;
      if (control.tabIndex !== tabIndex) control.tabIndex = tabIndex;
    }
  };
  const controlOf = (event: Event) => every().find((control) => control === event.target) ?? null;
  const observer = new MutationObserver(arrange);
  observer.observe(group, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ["disabled", "hidden"],
  });
  arrange();
  return all(
    listen(group, "focusin", (event) => {
      stop = controlOf(event) ?? stop;
      arrange();
    }),
    listen(group, "keydown", (event) => {
      const control = controlOf(event);
      if (!control || hasModifier(event) || event.defaultPrevented) return;
      const usable = usableOf(every());
      const to = controlAfter(event.key, usable.indexOf(control), usable.length);
      if (to === null) return;
      event.preventDefault();
      usable[to]?.focus();
    }),
    () => observer.disconnect(),
  );
}

/** Whether it can be reached where the group is shown: a group that is hidden now may be shown at any time. */
function isUsable(control: HTMLElement, group: HTMLElement): boolean {
  if ((control as HTMLButtonElement).disabled) return false;
  const hidden = control.closest("[hidden]");
  return hidden === null || hidden.contains(group);
}

/** The place that a key goes to from the one at `place` of `count`; null for any other key. */
export function controlAfter(key: string, place: number, count: number): number | null {
  switch (key) {
    case "ArrowRight":
    case "ArrowDown":
      return Math.min(place + 1, count - 1);
    case "ArrowLeft":
    case "ArrowUp":
      return Math.max(place - 1, 0);
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return null;
  }
}
