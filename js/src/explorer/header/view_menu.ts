import { all, create, listen } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import { closeMenu } from "../../shared/menu";
import { createNumberField } from "../../shared/number_field";
import { createPictureButtons } from "../../shared/picture/buttons";
import type { Pictured } from "../../shared/picture/picture";
import type { Model } from "../model";
import type { ViewState } from "../view_state";

/** One line of the menu. */
interface Option {
  element: HTMLElement;
  dispose: () => void;
}

/** The lines of the menu, from top to bottom. Further options are added here. */
const OPTIONS: readonly ((model: Model, view: ViewState) => Option)[] = [coverage, leastRun];

/** A menu with options of the drawing, and a picture of it. */
export function mountViewMenu(root: HTMLElement, model: Model, view: ViewState): Option {
  const options = [
    ...OPTIONS.map((option) => option(model, view)),
    createPictureButtons(pictureOf(root, model, view)),
  ];
  const sheet = create(
    "div",
    "lv-menu-list lv-view-list",
    { role: "group", "aria-label": "view" },
    ...options.map(({ element }) => element),
  );
  const summary = create(
    "summary",
    "lv-button",
    { title: "what else is drawn of the selected cells" },
    "view ▾",
  );
  const menu = create("details", "lv-menu", { "data-part": "view-menu" }, summary, sheet);
  return { element: menu, dispose: all(closeMenu(menu, summary), ...options.map(({ dispose }) => dispose)) };
}

/** What of the page is no part of its picture, beside what no picture has. */
const LEFT_OUT = [
  ".lv-header > :not(.lv-title, [data-pictured])",
  ".lv-match-tools",
  ".lv-list-end",
  ".lv-clear-filter",
  ".lv-hint",
  ".lv-hide",
  ".lv-unpin",
  ".lv-match-select",
  ".lv-link:not(.lv-disclosing)",
];

function pictureOf(root: HTMLElement, model: Model, view: ViewState): Pictured {
  return {
    root,
    leftOut: LEFT_OUT,
    growing: "[data-part='matches']",
    name() {
      const [first, end] = view.visible.peek();
      const layer = model._layers.peek().length > 1 || !model._name.peek() ? model.layer.peek() : "";
      return [model._name.peek(), layer, `steps ${first}–${Math.max(first, end - 1)}`].filter(
        (part) => part !== "",
      );
    },
  };
}

function coverage(model: Model): Option {
  const box = create("input", "", { type: "checkbox", "data-part": "show-coverage" });
  const dispose = all(
    drawOnFrame(() => {
      box.checked = model.show_coverage.value;
    }),
    listen(box, "change", () => model.set("show_coverage", box.checked)),
  );
  return {
    element: create("label", "lv-menu-item", {}, box, "coverage and runs of selected cells"),
    dispose,
  };
}

function leastRun(model: Model, view: ViewState): Option {
  const field = createNumberField({
    part: "min-run",
    label: "ignore runs shorter than so many steps",
    format: () => String(model.min_run.value),
    parse: parseLength,
    apply: (value) => model.set("min_run", value),
    refuse: (text) => view.say(`“${text}” is not a number of steps from 1 on: it stays as it was.`),
  });
  const element = create(
    "label",
    "lv-menu-item",
    { title: "short runs aren’t drawn as on; the selected cells and the matches don’t change" },
    "ignore runs shorter than",
    field.element,
    "steps",
  );
  return { element, dispose: field.dispose };
}

/** A whole number from 1 on. */
export function parseLength(text: string): number | null {
  return /^\s*\d+\s*$/.test(text) && Number(text) > 0 ? Number(text) : null;
}
