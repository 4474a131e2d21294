import { all, create, setAttribute } from "../shared/dom";
import { drawOnFrame } from "../shared/frame";
import type { Model } from "./model";

/** Controls that are of no use without Python. */
const FIELDS = [
  ...["layer-menu", "find", "find-case", "threshold-field", "sequence-field", "word-width-whole", "pin"],
  ...["k", "length-field", "context-less", "context-more", "more-matches", "clear-length", "match-select"],
  ...["align-with", "best-cell"],
];
const SLIDERS = ["threshold", "off-before", "off-after"];
/** These still highlight their cell. */
const CHIPS = ["cell"];
/** Where a press would begin a drag. */
const DRAGGED = ["plot", "words", "pattern", "selection-bar"];

const parts = (names: readonly string[]) => names.map((name) => `[data-part="${name}"]`).join(", ");

/** Where there is no Python, what needs it is visibly off, and a line says so. */
export function turnOffWithoutPython(root: HTMLElement, host: HTMLElement, model: Model): () => void {
  const note = create("p", "lv-saved-note", { "data-part": "saved-note" });
  note.textContent = "Saved view: selecting, thresholds and finding need Python.";
  note.hidden = true;
  host.append(note);
  const turn = () => {
    const off = !model.live.peek();
    for (const field of root.querySelectorAll<HTMLInputElement>(parts(FIELDS))) field.disabled = off;
    for (const each of root.querySelectorAll<HTMLElement>(parts([...SLIDERS, ...CHIPS]))) {
      setAttribute(each, "aria-disabled", off ? "true" : null);
    }
    for (const slider of root.querySelectorAll<HTMLElement>(parts(SLIDERS))) slider.tabIndex = off ? -1 : 0;
  };
  const observer = new MutationObserver(turn);
  let wasOff = false;
  const press = (event: Event) => {
    if (!model.live.peek() && (event.target as Element).closest(parts(DRAGGED))) event.stopPropagation();
  };
  root.addEventListener("pointerdown", press, { capture: true });
  return all(
    drawOnFrame(() => {
      const off = !model.live.value;
      note.hidden = !off;
      root.classList.toggle("lv-without-python", off);
      if (off === wasOff) return;
      wasOff = off;
      observer.disconnect();
      if (off) observer.observe(root, { childList: true, subtree: true });
      turn();
    }),
    () => observer.disconnect(),
    () => root.removeEventListener("pointerdown", press, { capture: true }),
    () => note.remove(),
  );
}
