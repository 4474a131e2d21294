import { all, create, listen, setAttribute, setText } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import { needsPython } from "../../shared/needs_python";
import { createNumberField } from "../../shared/number_field";
import { pictured } from "../../shared/picture/picture";
import { createScenarioButton } from "../../shared/scenario_button";
import { formatCount, parseBelow } from "../../shared/text";
import { mountFind } from "../find/find";
import { createWholeToggle, zoomBy } from "../gestures/zooming";
import type { Model } from "../model";
import { parseThreshold, thresholdText } from "../plot/threshold_text";
import { pageLength, smallMove, WORD_WIDTH_LIMITS } from "../time/layout";
import { sequenceAt } from "../time/ranges";
import type { ViewState } from "../view_state";
import { mountHelp } from "./help";
import { mountTracksMenu } from "./tracks_menu";
import { mountViewMenu } from "./view_menu";

/** The title, and the controls that move and scale what is shown. */
export function mountHeader(root: HTMLElement, host: HTMLElement, model: Model, view: ViewState): () => void {
  const title = create("div", "lv-title");
  const misfit = create("p", "lv-misfit", { "data-part": "misfit", role: "note" });
  const layer = mountLayerMenu(model);
  const moving = mountMoving(model, view);
  const find = mountFind(model, view);
  const sequence = mountSequence(model, view);
  const width = mountWordWidth(model, view);
  const threshold = createNumberField({
    part: "threshold-field",
    label: "threshold",
    format: () => thresholdText(model.threshold.value, model),
    parse: (text) => parseThreshold(text, model),
    apply: (value) => model.set("threshold", value),
    refuse: (text) => view.say(`“${text}” is not a number: the threshold stays as it was.`),
  });
  const tracksMenu = mountTracksMenu(model);
  const viewMenu = mountViewMenu(root, model, view);
  const scenario = createScenarioButton(() => model._scenario_line.peek());
  const help = mountHelp(root);
  const thresholdGroup = create(
    "label",
    "lv-group",
    {},
    create(
      "span",
      "lv-field-name",
      { title: "threshold: a cell is on where its value is at least this" },
      "on ≥",
    ),
    needsPython(threshold.element),
  );
  const tools = create(
    "div",
    "lv-tools",
    {},
    ...[tracksMenu, viewMenu, scenario, help].map(({ element }) => element),
  );
  // Where one line is too short for all, these stand on the second one together.
  const asking = create("div", "lv-asking", {}, find.element, thresholdGroup, tools);
  host.append(title, layer.element, moving.element, width.element, sequence.element, asking, misfit);
  return all(
    drawOnFrame(() => drawTitle(title, model)),
    drawOnFrame(() => {
      setText(misfit, model._misfit.value);
      misfit.hidden = model._misfit.value === "";
    }),
    layer.dispose,
    moving.dispose,
    sequence.dispose,
    find.dispose,
    width.dispose,
    threshold.dispose,
    tracksMenu.dispose,
    viewMenu.dispose,
    scenario.dispose,
    help.dispose,
    () => host.replaceChildren(),
  );
}

function drawTitle(title: HTMLElement, model: Model): void {
  const { name, details } = titleOf(model);
  title.replaceChildren(create("strong", "", {}, name), create("span", "lv-aside", {}, details));
  setAttribute(title, "title", [name, details].filter((part) => part !== "").join(": "));
}

/** The name of what is shown, and its size. */
export function titleOf(model: Model): { name: string; details: string } {
  const layers = model._layers.value;
  const active = layers.find((layer) => layer.name === model.layer.value);
  const cells = active?.cells ?? model._window.value?.cells ?? 0;
  // With several layers, the menu beside the title says which one is shown.
  const layer = layers.length === 1 && model._name.value ? model.layer.value : "";
  // A layer made of thresholds of mirrored cells is as wide as these.
  const isMirrored = (layers.find((each) => each.name === active?.of) ?? active)?.mirror ?? false;
  const size = `${formatCount(model._steps.value)} steps × ${formatCount(isMirrored ? cells / 2 : cells)}`;
  const mirrors = active?.mirror ? "with mirrors" : "";
  const parts = [layer, model._transform.value, size, mirrors].filter((part) => part !== "");
  const name = model._name.value || (layers.length === 1 ? model.layer.value : "");
  return { name, details: parts.join(", ") };
}

function mountLayerMenu(model: Model) {
  const menu = pictured(
    needsPython(create("select", "lv-select", { "data-part": "layer-menu", "aria-label": "layer" })),
  );
  const dispose = all(
    drawOnFrame(() => {
      const layers = model._layers.value;
      menu.replaceChildren(...layers.map(({ name }) => create("option", "", { value: name }, name)));
      menu.value = model.layer.value;
      menu.hidden = layers.length < 2;
    }),
    listen(menu, "change", () => model.set("layer", menu.value)),
  );
  return { element: menu, dispose };
}

function mountMoving(model: Model, view: ViewState) {
  const previous = iconButton("previous", "◀", "one page back (Shift: one step)");
  const next = iconButton("next", "▶", "one page on (Shift: one step)");
  const position = createNumberField({
    part: "position-field",
    label: "first time step shown",
    format: () => formatCount(view.first.value),
    parse: (text) => parseBelow(text, model._steps.peek()),
    apply: (value) => view.moveTo(value),
    longest: () => formatCount(model._steps.value),
    refuse: (text) =>
      view.say(
        `“${text}” is no time step: these are 0 to ${formatCount(model._steps.peek() - 1)}. The position stays as it was.`,
      ),
  });
  const move = (direction: number) => (event: MouseEvent) => {
    const steps = event.shiftKey ? smallMove(model.word_width.peek()) : pageLength(view.visibleSteps.peek());
    view.moveTo(view.first.peek() + direction * steps);
  };
  const dispose = all(
    drawOnFrame(() => {
      const [low, high] = view.availableSteps.value;
      previous.disabled = view.first.value <= low;
      next.disabled = view.visible.value[1] >= high;
    }),
    listen(previous, "click", move(-1)),
    listen(next, "click", move(1)),
    position.dispose,
  );
  return { element: create("div", "lv-group", {}, previous, position.element, next), dispose };
}

function mountWordWidth(model: Model, view: ViewState) {
  const less = iconButton("word-width-less", "−", "narrower steps (−, or Ctrl and the wheel)");
  const more = iconButton("word-width-more", "+", "wider steps (+, or Ctrl and the wheel)");
  const whole = needsPython(iconButton("word-width-whole", "↔", "all steps in view, and back (0)"));
  const dispose = all(
    drawOnFrame(() => {
      const width = model.word_width.value;
      less.disabled = width <= view.leastWidth.value;
      more.disabled = width >= WORD_WIDTH_LIMITS[1];
      setAttribute(whole, "aria-pressed", String(width === view.wholeWidth.value));
    }),
    listen(less, "click", () => zoomBy(-1, model, view)),
    listen(more, "click", () => zoomBy(1, model, view)),
    listen(whole, "click", createWholeToggle(model, view)),
  );
  return {
    element: create(
      "div",
      "lv-group",
      { title: "width of a step" },
      create("span", "lv-field-name", {}, "zoom"),
      less,
      more,
      whole,
    ),
    dispose,
  };
}

/** A field with the sequence of the first step. A number typed there goes to that sequence's start. */
function mountSequence(model: Model, view: ViewState) {
  const field = createNumberField({
    part: "sequence-field",
    label: "sequence, counted from 1",
    format: () => formatCount(sequenceShown(model, view) + 1),
    parse: (text) => parseBelow(text, model._n_sequences.peek(), 1),
    apply: (sequence) => model.set("sequence", sequence),
    longest: () => formatCount(model._n_sequences.value),
    refuse: (text) =>
      view.say(
        `“${text}” is no sequence: these are 1 to ${formatCount(model._n_sequences.peek())}. The position stays as it was.`,
      ),
  });
  const count = create("span", "lv-aside");
  const element = create(
    "label",
    "lv-group",
    { title: "sequences are counted from 1 here; explorer.sequence counts from 0" },
    create("span", "lv-field-name", {}, "sequence"),
    needsPython(field.element),
    count,
  );
  const dispose = all(
    drawOnFrame(() => {
      setText(count, `of ${formatCount(model._n_sequences.value)}`);
      element.hidden = model._n_sequences.value < 2;
    }),
    field.dispose,
  );
  return { element, dispose };
}

/** The sequence of the first step in sight. */
function sequenceShown(model: Model, view: ViewState): number {
  const starts = view.knownStarts.value?.starts ?? [];
  return sequenceAt(view.first.value, model.position.value, model.sequence.value, starts);
}

function iconButton(part: string, text: string, label: string): HTMLButtonElement {
  const button = create("button", "lv-button lv-icon", { "data-part": part, type: "button", title: label });
  button.setAttribute("aria-label", label);
  setText(button, text);
  return button;
}
