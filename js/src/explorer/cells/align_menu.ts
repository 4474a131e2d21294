import { all, create, listen, setAttribute, setText } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import { needsPython } from "../../shared/needs_python";
import { shareTabStop } from "../../shared/tab_stop";
import { UNFINISHED, visibleToken } from "../../shared/text";
import type { Track } from "../../shared/track";
import { sourceOf } from "../made_layer";
import type { Model } from "../model";
import type { ViewState } from "../view_state";
import { bestThresholds, type CellAlignment, isLow } from "./cell_alignment";
import { cellName } from "./cell_name";
import { pointAtChips, showWorth } from "./chips";
import { togglePin } from "./pins";

/** How many labels of a track are offered, the most frequent first. */
const MOST_LABELS = 30;

/** A label that the cells can be aligned with. */
interface LabelChoice {
  track: string;
  label: string;
  text: string;
}

/** The most frequent labels of each track that has labels, and the chosen one. */
export function labelChoices(
  tracks: readonly Track[],
  chosen: readonly [string, string] | null,
): LabelChoice[] {
  const choices = tracks.flatMap(({ name, kind, labels, binary }) => {
    if (kind === "continuous") return binary ? [{ track: name, label: "1", text: name }] : [];
    const frequent = kind === "categorical" || kind === "output" ? (labels ?? []).slice(0, MOST_LABELS) : [];
    return frequent.map((label) => ({ track: name, label, text: `${name}: ${visibleToken(label)}` }));
  });
  if (chosen && !choices.some(({ track, label }) => track === chosen[0] && label === chosen[1])) {
    choices.push({ track: chosen[0], label: chosen[1], text: `${chosen[0]}: ${visibleToken(chosen[1])}` });
  }
  return choices;
}

/** A menu that chooses the label to sort the cells by, and a list of the cells that go best with it. */
export function mountAlignMenu(content: HTMLElement, model: Model, view: ViewState): () => void {
  const menu = needsPython(create("select", "lv-align-select", { "data-part": "align-with" }));
  const name = create("span", "lv-field-name", {}, "align with");
  const control = create(
    "label",
    "lv-group lv-align",
    { title: "sort the cells by how well they tell where a label stands" },
    name,
    menu,
  );
  const best = mountBest(model, view);
  content.append(control, best.element);
  const choices = () => labelChoices(model._tracks.value, model.align_with.value);
  return all(
    drawOnFrame(() => {
      const offered = choices();
      control.hidden = offered.length === 0;
      menu.replaceChildren(
        create("option", "", { value: "" }, "no label"),
        ...offered.map(({ text }, i) => create("option", "", { value: String(i) }, text)),
      );
      const chosen = model.align_with.value;
      const at = offered.findIndex(({ track, label }) => track === chosen?.[0] && label === chosen[1]);
      menu.value = at < 0 ? "" : String(at);
    }),
    listen(menu, "change", () => {
      const chosen = menu.value === "" ? undefined : choices()[Number(menu.value)];
      model.set("align_with", chosen ? [chosen.track, chosen.label] : null);
    }),
    best.dispose,
    () => {
      control.remove();
      best.element.remove();
    },
  );
}

/** The cells that go best with the label. They can be pointed at, pinned, or taken as the selected cells. */
function mountBest(model: Model, view: ViewState) {
  const title = create("span", "lv-second-text");
  const list = create("div", "lv-chips", { "data-part": "best-cells", role: "group" });
  const button = (part: string, text: string, hint: string) =>
    create("button", "lv-link", { "data-part": part, type: "button", title: hint }, text);
  const pin = button("pin-best", "pin them", "draw each of these cells in a colour of its own");
  const take = button(
    "take-best",
    "take as selected",
    "make those of them that are high the selected cells: find where they are on together",
  );
  const use = button(
    "use-best",
    "use these thresholds",
    "a layer of how far each of these cells is beyond its own threshold: low ones are on there, too",
  );
  const key = create("span", "lv-align-key");
  const element = create("div", "lv-best", { "data-part": "best" }, title, list, pin, take, use, key);
  const shown = () => view.alignment.value?.best ?? [];
  const table = () => bestThresholds(view.alignment.value);
  const high = () => shown().filter((cell) => !isLow(view.alignment.value, cell));
  const dispose = all(
    drawOnFrame(() => {
      const chosen = model.align_with.value;
      const alignment = view.alignment.value;
      element.hidden = chosen === null;
      if (chosen === null) return;
      const label = visibleToken(chosen[1]);
      const cells = shown();
      setText(title, bestTitle(label, alignment, model.live.value));
      title.classList.toggle("lv-error", (alignment?.error ?? "") !== "");
      setText(key, `bars: F1 for ${label}`);
      key.hidden = cells.length === 0;
      list.setAttribute("aria-label", `the best cells for ${label}`);
      drawBest(list, cells, alignment, model);
      pin.hidden = take.hidden = cells.length === 0;
      // In a layer that was made of thresholds, those found are distances from them.
      use.hidden = cells.length === 0 || sourceOf(model) !== null;
      use.disabled = !model.live.value || table() === null;
      pin.disabled = !model.live.value || cells.every((cell) => String(cell) in model.pinned_cells.value);
      take.disabled = !model.live.value || model.selection.value === null || high().length === 0;
      setAttribute(take, "title", model.selection.value === null ? "select some words first" : take.title);
    }),
    drawOnFrame(() => {
      shown();
      const hovered = String(view.hoveredCell.value);
      for (const chip of list.children) {
        chip.classList.toggle("lv-hovered", (chip as HTMLElement).dataset.chip === hovered);
      }
    }),
    shareTabStop(list, "[data-cell]"),
    pointAtChips(list, view),
    listen(list, "click", (event) => {
      const cell = (event.target as Element).closest<HTMLElement>("[data-cell]")?.dataset.cell;
      if (cell !== undefined) togglePin(model, Number(cell));
    }),
    listen(pin, "click", () => {
      const pins = model.pinned_cells.peek();
      const added = shown().filter((cell) => !(String(cell) in pins));
      model.set("pinned_cells", {
        ...pins,
        ...Object.fromEntries(added.map((cell) => [String(cell), null])),
      });
    }),
    listen(take, "click", () => model.takeCells(high())),
    listen(use, "click", () => {
      const best = table();
      if (best) model.use(best);
    }),
  );
  return { element, dispose };
}

/** The text before the cells that go best with a label, or in place of them. */
export function bestTitle(label: string, alignment: CellAlignment | null, live = true): string {
  if (alignment === null) return live ? `aligning with ${label}…` : `aligning with ${label}: ${UNFINISHED}`;
  if (alignment.error !== "") return alignment.error;
  const count = alignment.best.length;
  if (count === 0) return `no cell can be aligned with ${label}`;
  return count === 1 ? `best for ${label}` : `best ${count} for ${label}`;
}

function drawBest(
  list: HTMLElement,
  cells: readonly number[],
  alignment: CellAlignment | null,
  model: Model,
): void {
  const pins = model.pinned_cells.value;
  const kept = new Map(
    [...list.children].map((chip) => [(chip as HTMLElement).dataset.chip, chip as HTMLElement]),
  );
  const chips = cells.map((cell) => {
    const chip = kept.get(String(cell)) ?? createBest(cell);
    const button = chip.firstElementChild as HTMLElement;
    const pinned = String(cell) in pins;
    chip.classList.toggle("lv-pinned", pinned);
    chip.style.setProperty("--pin", pins[String(cell)] ?? null);
    showWorth(chip, alignment, cell);
    setAttribute(button, "aria-pressed", String(pinned));
    const name = cellName(model, cell);
    setText(button, isLow(alignment, cell) ? `${name} low` : name);
    setAttribute(button, "title", `${pinned ? "unpin" : "pin"} cell ${name}`);
    return chip;
  });
  if (chips.length !== list.children.length || chips.some((chip, i) => chip !== list.children[i])) {
    list.replaceChildren(...chips);
  }
}

function createBest(cell: number): HTMLElement {
  const attributes = { "data-part": "best-cell", "data-cell": String(cell), type: "button" };
  const button = needsPython(create("button", "lv-chip-number", attributes));
  return create("div", "lv-chip lv-best-chip", { "data-chip": String(cell) }, button);
}
