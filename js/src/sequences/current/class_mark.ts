import { classColor } from "../../shared/classes";
import { create, setText } from "../../shared/dom";
import { visibleToken } from "../../shared/text";
import type { ViewState } from "../view_state";

/** A dot in the colour of a class, and its name. */
export function createClassMark(): HTMLElement {
  return create(
    "span",
    "lvs-class-mark",
    {},
    create("span", "lvs-dot", { "aria-hidden": "true" }),
    create("span", "lvs-class-text", { dir: "auto" }),
  );
}

/** Show a class, by its place, in such a mark. */
export function drawClassMark(mark: HTMLElement, place: number, view: ViewState): void {
  const name = visibleToken(view.className.value(place));
  mark.style.setProperty("--class", classColor(place, view.colors.value));
  setText(mark.lastElementChild as Element, name);
  mark.title = name;
}
