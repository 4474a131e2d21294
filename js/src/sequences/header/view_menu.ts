import { all, create, listen, setText } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import { closeMenu } from "../../shared/menu";
import { needsPython } from "../../shared/needs_python";
import { createNumberField } from "../../shared/number_field";
import { createPictureButtons } from "../../shared/picture/buttons";
import type { Pictured } from "../../shared/picture/picture";
import { formatShort, parseFinite } from "../../shared/text";
import type { Model } from "../model";
import type { ViewState } from "../view_state";

/** A line of the menu. */
interface Line {
  element: HTMLElement;
  dispose: () => void;
}

type Choices = readonly (readonly [value: string, text: string])[];
type ChoiceTrait =
  | "line_color"
  | "line_thickness"
  | "shown_points"
  | "fade"
  | "point_labels"
  | "metric"
  | "align_at";
type NumberTrait = "line_width" | "point_size" | "jump_threshold" | "height";

const CHOICES: Record<ChoiceTrait, Choices> = {
  line_color: [
    ["expected", "expected class"],
    ["time", "time, grey to black"],
  ],
  line_thickness: [
    ["constant", "everywhere the same"],
    ["time", "grows with time"],
    ["jump", "length of the jump"],
  ],
  shown_points: [
    ["all", "all steps"],
    ["first", "first steps"],
    ["last", "last steps"],
  ],
  fade: [
    ["none", "nothing"],
    ["correct", "right sequences"],
    ["wrong", "wrong sequences"],
  ],
  point_labels: [
    ["none", "none"],
    ["jumps", "at jumps"],
    ["confidence", "at changes of confidence"],
    ["class", "at changes of class"],
  ],
  metric: [
    ["euclidean", "Euclidean"],
    ["cosine", "cosine"],
  ],
  align_at: [
    ["start", "first step"],
    ["end", "last step"],
    ["settled", "step where it settles"],
  ],
};

/** What of the page is no part of its picture, beside what no picture has. */
const LEFT_OUT = [
  ".lvs-header > :not(.lvs-title, :has([data-pictured]))",
  ".lvs-more:not([data-part='largest-jump'], [data-part='go-to-pinned'])",
  ".lvs-plain:not(.lvs-axis-top)",
  ".lvs-map-tools",
  ".lvs-link",
];

function pictureOf(root: HTMLElement, model: Model): Pictured {
  return {
    root,
    leftOut: LEFT_OUT,
    name() {
      const layer = model._layers.peek().length > 1 || !model._name.peek() ? model.layer.peek() : "";
      return [model._name.peek(), layer, `sequence ${model.sequence.peek()}`].filter((part) => part !== "");
    },
  };
}

/** A menu of how things are drawn, and a picture of them. Further options are added here. */
export function mountViewMenu(root: HTMLElement, model: Model, view: ViewState): Line {
  const section = (title: string, ...lines: Line[]): Line => ({
    element: create(
      "fieldset",
      "lvs-options",
      {},
      create("legend", "lvs-options-title", {}, title),
      ...lines.map(({ element }) => element),
    ),
    dispose: all(...lines.map(({ dispose }) => dispose)),
  });
  const choose = (trait: ChoiceTrait, text: string) => choice(trait, text, model);
  const sections = [
    section(
      "points",
      choose("shown_points", "shown"),
      number("point_size", "size", [1, 20], model, view),
      choose("fade", "fade"),
    ),
    section(
      "trajectories",
      choose("line_color", "colour"),
      choose("line_thickness", "thickness"),
      number("line_width", "width", [1, 10], model, view),
    ),
    section("words at points", choose("point_labels", "shown"), confidenceChange(model)),
    section(
      "jumps",
      needing(choose("metric", "distance")),
      number("jump_threshold", "marked from", [0, Number.POSITIVE_INFINITY], model, view),
    ),
    section("pinned sequences", choose("align_at", "aligned at")),
    section(
      "page",
      number("height", "height", HEIGHTS, model, view),
      createPictureButtons(pictureOf(root, model)),
    ),
  ];
  const summary = create("summary", "lv-button", { title: "how things are drawn" }, "view ▾");
  const sheet = create(
    "div",
    "lv-menu-list lvs-view-list",
    { role: "group", "aria-label": "view" },
    ...sections.map(({ element }) => element),
  );
  const element = create("details", "lv-menu", { "data-part": "view-menu" }, summary, sheet);
  return {
    element,
    dispose: all(closeMenu(element, summary), ...sections.map(({ dispose }) => dispose)),
  };
}

/** Limits of the height, in pixels, and the usual one. As in Python. */
export const HEIGHTS = [300, 4000] as const;
export const USUAL_HEIGHT = 720;

const partOf = (trait: string) => trait.replaceAll("_", "-");

function choice(trait: ChoiceTrait, text: string, model: Model): Line & { select: HTMLSelectElement } {
  const options = CHOICES[trait].map(([value, shown]) => create("option", "", { value }, shown));
  const select = create("select", "lv-select", { "data-part": partOf(trait) }, ...options);
  const dispose = all(
    drawOnFrame(() => {
      select.value = model[trait].value;
    }),
    listen(select, "change", () => model.set(trait, select.value)),
  );
  return { select, element: line(text, select), dispose };
}

/** A choice that Python has to compute. */
function needing<L extends { select: HTMLSelectElement }>(option: L): L {
  needsPython(option.select);
  return option;
}

function number(
  trait: NumberTrait,
  text: string,
  [least, most]: readonly [number, number],
  model: Model,
  view: ViewState,
): Line {
  const limits = most === Number.POSITIVE_INFINITY ? `from ${least} on` : `from ${least} to ${most}`;
  const field = createNumberField({
    part: partOf(trait),
    label: text,
    format: () => formatShort(model[trait].value),
    parse: (typed) => parseWithin(typed, least, most),
    apply: (value) => model.set(trait, value),
    refuse: (typed) => view.say(`“${typed}” is not a number ${limits}: the ${text} stays as it was.`),
  });
  return { element: line(text, field.element), dispose: field.dispose };
}

/** A number within limits; null for any other text. */
export function parseWithin(text: string, least: number, most: number): number | null {
  const value = parseFinite(text);
  return value === null || value < least || value > most ? null : value;
}

/** The least change of confidence that is marked, while these changes are. */
function confidenceChange(model: Model): Line {
  const slider = create("input", "lvs-slider", {
    ...{ "data-part": "confidence-change", type: "range", min: "0", max: "1", step: "0.01" },
    "aria-label": "least change of confidence",
  });
  const shown = create("span", "lvs-slider-value");
  const element = create("label", "lvs-option", {}, create("span", "", {}, "of at least"), slider, shown);
  let release: (() => void) | null = null;
  const end = () => {
    release?.();
    release = null;
  };
  const dispose = all(
    drawOnFrame(() => {
      const value = model.confidence_change.value;
      slider.value = String(value);
      setText(shown, value.toFixed(2));
      element.hidden = model.point_labels.value !== "confidence";
    }),
    listen(slider, "input", () => {
      release ??= model.hold("confidence_change");
      model.set("confidence_change", Number(slider.value));
    }),
    listen(slider, "change", end),
    end,
  );
  return { element, dispose };
}

function line(text: string, control: HTMLElement): HTMLElement {
  return create("label", "lvs-option", {}, create("span", "", {}, text), control);
}
