import { all, listen } from "./dom";

/**
 * Hide the focus ring after a press of the pointer. Browsers would show it, since gestures set the focus by script.
 */
export function showFocus(root: HTMLElement): () => void {
  const pointing = (yes: boolean) => () => {
    root.classList.toggle("lv-pointing", yes);
  };
  return all(
    listen(root, "pointerdown", pointing(true), { capture: true }),
    listen(root, "keydown", pointing(false), { capture: true }),
    listen(root, "focusout", (event) => {
      if (!root.contains(event.relatedTarget as Node | null)) pointing(false)();
    }),
  );
}
