import { create } from "./dom";

/** What a line says of a page without Python: in one that was saved, and where the kernel has forgotten the widget. */
interface Off {
  saved: string;
  lost: string;
}

/** A line that says what is off without Python. It is shown by `turnOffWithoutPython`. */
export function createSavedNote(isLive: boolean, { saved, lost }: Off): HTMLElement {
  return create("p", "lv-saved-note", { "data-part": "saved-note", hidden: "" }, isLive ? lost : saved);
}
