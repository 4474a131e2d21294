import { all, create } from "../shared/dom";
import { closeMenu } from "../shared/menu";
import { createPictureButtons } from "../shared/picture/buttons";
import type { Model } from "./model";

/** A menu with a picture of the scatter. */
export function createPictureMenu(root: HTMLElement, model: Model) {
  const buttons = createPictureButtons({
    root,
    leftOut: [],
    name: () => ["phrases", ...model._points.peek().axes.map((axis) => axis.split(" (")[0] as string)],
  });
  const summary = create("summary", "lv-button", { title: "a picture of what is drawn" }, "picture ▾");
  const list = create("div", "lv-menu-list", {}, buttons.element);
  const menu = create("details", "lv-menu", { "data-part": "picture-menu" }, summary, list);
  return { element: menu, dispose: all(closeMenu(menu, summary), buttons.dispose) };
}
