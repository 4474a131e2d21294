import { all, listen } from "./dom";

/** A focus that a press of the pointer has set needs no ring: browsers cannot tell, since gestures set it by script. */
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
