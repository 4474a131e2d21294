import { all, listen, setAttribute } from "./dom";
import { drawOnFrame } from "./frame";

/** What becomes of a control where Python does not answer. */
type Off =
  /** A field or button is disabled. */
  | "disabled"
  /** A button says that it is off; pointing at it still highlights its cell. */
  | "unavailable"
  /** A slider says that it is off, and the Tab key skips it. */
  | "unreachable"
  /** A press on it begins no drag. */
  | "undraggable";

/** The parts of an element that are used to turn it off. */
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
 * Mark a control as useless without Python, where it is made. Returns it. Do not mark a button that is also disabled
 * for other reasons: let its drawing read `live`.
 */
export function needsPython<E extends Control>(element: E, off: Off = "disabled"): E {
  element.dataset.needsPython = off;
  return element;
}

/** While `live` is false, show `note` and turn all marked controls in `root` off, including those made later. */
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
