import { all, listen } from "./dom";
import { hasModifier, historyMove, TEXT_FIELD } from "./keys";

/** JupyterLab takes no key whose target has this attribute. */
const NOT_FOR_JUPYTERLAB = "data-lm-suppress-shortcuts";
/** With Ctrl or ⌘ these edit the text of a field. */
const EDITING = new Set([
  ...["a", "c", "v", "x", "y", "backspace", "delete", "insert", "home", "end"],
  ...["arrowleft", "arrowright", "arrowup", "arrowdown"],
]);

/**
 * While the focus is in the widget, keys without Ctrl or ⌘ are its own, whether or not it uses them: in JupyterLab a
 * lone "b" inserts a cell, and "x" takes the widget's cell away. Where Escape has nothing to close, it gives the focus,
 * and so the keys, back to the notebook.
 */
export function keepKeys(root: HTMLElement): () => void {
  return all(
    // JupyterLab hears of keys before any element does, but after the window. From the target upwards it looks for a
    // shortcut or for this attribute, so a mark on the root comes too late for shortcuts of whatever has the focus.
    listen(
      window,
      "keydown",
      (event) => {
        if (!event.composedPath().includes(root)) return;
        // For elements in a shadow root, this is the root's host, as JupyterLab sees it.
        const target = event.target as Element;
        target.toggleAttribute(NOT_FOR_JUPYTERLAB, staysHere(event, isTextField(event)));
      },
      { capture: true },
    ),
    listen(root, "keydown", (event) => {
      if (staysHere(event, isTextField(event))) event.stopPropagation();
      if (event.key === "Escape" && !event.defaultPrevented && !hasModifier(event)) leave(root);
    }),
  );
}

type Key = Parameters<typeof historyMove>[0] & Pick<KeyboardEvent, "getModifierState">;

/** Whether a key is the widget's own: if not, the notebook around it may take it. */
export function staysHere(event: Key, inText: boolean): boolean {
  const isPlain = !event.ctrlKey && !event.metaKey;
  // On Windows, AltGr writes characters such as @ and is sent as Ctrl and Alt.
  if (isPlain || event.getModifierState("AltGraph") || historyMove(event)) return true;
  return inText && !event.altKey && EDITING.has(event.key.toLowerCase());
}

function isTextField(event: KeyboardEvent): boolean {
  return (event.composedPath()[0] as Element).matches(TEXT_FIELD);
}

/** Focus the nearest element around the widget that can have the focus: in JupyterLab, its cell. */
function leave(root: HTMLElement): void {
  for (let around = parentOf(root); around; around = parentOf(around)) {
    if (around instanceof HTMLElement && around.hasAttribute("tabindex")) {
      around.focus({ preventScroll: true });
      return;
    }
  }
  ((root.getRootNode() as Document | ShadowRoot).activeElement as HTMLElement | null)?.blur();
}

function parentOf(element: Element): Element | null {
  return element.parentElement ?? (element.getRootNode() as Partial<ShadowRoot>).host ?? null;
}
