import { create } from "./dom";

/**
 * The element that holds a widget's page. Texts in a page that runs from right to left run so here too, but time runs
 * rightwards. A press on what takes no focus focuses the root, so that keys pressed next are the widget's.
 */
export function createRoot(...classes: string[]): HTMLElement {
  return create("div", ["lstmvis", ...classes].join(" "), { dir: "ltr", tabindex: "-1" });
}
