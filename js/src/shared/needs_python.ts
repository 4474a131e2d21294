import { all, listen, setAttribute } from "./dom";
import { drawOnFrame } from "./frame";

/** What becomes of a control where Python does not answer. */
type Off =
  /** A field or button is disabled. */
  | "disabled"
  /** A button says that it is off, and still highlights what it stands for. */
  | "unavailable"
  /** A slider says so too, and the Tab key passes it over. */
  | "unreachable"
  /** A press on it begins no drag. */
  | "undraggable";

/** What is used of an element to turn it off. */
interface Control {
  readonly dataset: { needsPython?: string };
  disabled?: boolean;
  tabIndex: number;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
}

const MARKED = "[data-needs-python]";
const UNDRAGGABLE = '[data-needs-python="undraggable"]';

/**
 * Mark a control, where it is made, as one that is of no use without Python. Returns it. A button that is disabled for other
 * reasons as well is not marked: what draws it looks at `live`.
 */
export function needsPython<E extends Control>(element: E, off: Off = "disabled"): E {
  element.dataset.needsPython = off;
  return element;
}

/** While `live` is false, `note` is shown and all marked controls in `root` are off, whenever they are made. */
export function turnOffWithoutPython(
  root: HTMLElement,
  note: HTMLElement,
  live: { readonly value: boolean; peek(): boolean },
): () => void {
  const turn = () => {
    for (const control of root.querySelectorAll<HTMLElement>(MARKED)) turnControl(control, !live.peek());
  };
  const observer = new MutationObserver(turn);
  let wasOff = false;
  return all(
    drawOnFrame(() => {
      const off = !live.value;
      note.hidden = !off;
      root.classList.toggle("lv-without-python", off);
      if (off === wasOff) return;
      wasOff = off;
      observer.disconnect();
      if (off) observer.observe(root, { childList: true, subtree: true });
      turn();
    }),
    () => observer.disconnect(),
    listen(
      root,
      "pointerdown",
      (event) => {
        if (!live.peek() && (event.target as Element).closest(UNDRAGGABLE)) event.stopPropagation();
      },
      { capture: true },
    ),
  );
}

/** Turn a marked control off, or on again. */
export function turnControl(control: Control, off: boolean): void {
  const how = control.dataset.needsPython as Off;
  if (how === "disabled") control.disabled = off;
  if (how === "unavailable" || how === "unreachable") {
    setAttribute(control, "aria-disabled", off ? "true" : null);
  }
  if (how === "unreachable") control.tabIndex = off ? -1 : 0;
}
