import { all, create, listen, setAttribute, setText } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import { needsPython } from "../../shared/needs_python";
import { shareTabStop } from "../../shared/tab_stop";
import { formatValue, UNFINISHED, visibleToken } from "../../shared/text";
import type { Track } from "../../shared/track";
import type { Model } from "../model";
import type { ViewState } from "../view_state";
import { mountBestMenu } from "./best_menu";
import { alignedWith, type CellAlignment, isLow, isOfNumbers, rhoText } from "./cell_alignment";
import { cellName } from "./cell_name";
import { pointAtChips, showWorth } from "./chips";
import { togglePin } from "./pins";

/** How many labels of a track are offered, the most frequent first. */
const MOST_LABELS = 30;

/** A label that the cells can be aligned with or, with an empty `label`, the numbers of a track. */
interface LabelChoice {
  track: string;
  label: string;
  text: string;
}

/** The most frequent labels of each track that has labels, each track of numbers, and what is chosen. */
export function labelChoices(
  tracks: readonly Track[],
  chosen: readonly [string, string] | null,
): LabelChoice[] {
  const choices = tracks.flatMap(({ name, kind, labels, binary }) => {
    if (kind === "continuous") return [{ track: name, label: binary ? "1" : "", text: name }];
    const frequent = kind === "categorical" || kind === "output" ? (labels ?? []).slice(0, MOST_LABELS) : [];
    return frequent.map((label) => ({ track: name, label, text: `${name}: ${visibleToken(label)}` }));
  });
  if (chosen && !choices.some(({ track, label }) => track === chosen[0] && label === chosen[1])) {
    choices.push({ track: chosen[0], label: chosen[1], text: `${chosen[0]}: ${visibleToken(chosen[1])}` });
  }
  return choices;
}

/** A menu that chooses the label, or the numbers, to sort the cells by, and a list of the cells that go best with it. */
export function mountAlignMenu(content: HTMLElement, model: Model, view: ViewState): () => void {
  const menu = needsPython(create("select", "lv-align-select", { "data-part": "align-with" }));
  const name = create("span", "lv-field-name", {}, "align with");
  const control = create(
    "label",
    "lv-group lv-align",
    { title: "sort the cells by how well they tell where a label stands, or follow the numbers of a track" },
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
        create("option", "", { value: "" }, "nothing"),
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

/** The cells that go best with the label or the numbers. They can be pointed at and pinned; a menu does more with them. */
function mountBest(model: Model, view: ViewState) {
  const title = create("span", "lv-second-text lv-best-title", { role: "status" });
  const list = create("div", "lv-chips", { "data-part": "best-cells", role: "group" });
  const menu = mountBestMenu(model, view);
  const together = create("span", "lv-second-text", {
    "data-part": "all-cells",
    role: "status",
    title: HINT_OF_TOGETHER,
  });
  const key = create("span", "lv-align-key");
  const head = create("div", "lv-best-head", {}, title, key, together, menu.element);
  const element = create("div", "lv-best", { "data-part": "best" }, head, list);
  const shown = () => view.alignment.value?.best ?? [];
  const dispose = all(
    drawOnFrame(() => {
      const chosen = model.align_with.value;
      const alignment = view.alignment.value;
      element.hidden = chosen === null;
      if (chosen === null) return;
      const ofNumbers = isOfNumbers(model._tracks.value, chosen[0]);
      const label = alignedWith(...chosen, ofNumbers);
      element.classList.toggle("lv-of-numbers", ofNumbers);
      const cells = shown();
      setText(title, bestTitle(label, alignment, model.live.value));
      setAttribute(title, "title", title.textContent);
      title.classList.toggle("lv-error", (alignment?.error ?? "") !== "" && cells.length === 0);
      setText(together, togetherText(alignment, model.live.value));
      together.hidden = together.textContent === "";
      setText(key, ofNumbers ? "bars: |ρ|" : "bars: F1");
      setAttribute(key, "title", ofNumbers ? HINT_OF_RHO : HINT_OF_F1);
      key.hidden = list.hidden = cells.length === 0;
      list.setAttribute("aria-label", `the best cells for ${label}`);
      drawBest(list, cells, alignment, model);
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
    menu.dispose,
  );
  return { element, dispose };
}

/** The text before the cells that go best with a label, or in place of them. */
export function bestTitle(label: string, alignment: CellAlignment | null, live = true): string {
  if (alignment === null) return live ? `aligning with ${label}…` : `aligning with ${label}: ${UNFINISHED}`;
  const count = alignment.best.length;
  if (alignment.error !== "" && count === 0) return alignment.error;
  if (count === 0) return `no cell can be aligned with ${label}`;
  return count === 1 ? `best for ${label}` : `best ${count} for ${label}`;
}

const HINT_OF_F1 = "the bar under each cell, selected or not: its F1 for the label";
const HINT_OF_RHO =
  "the bar under each cell, selected or not. ρ: Spearman’s correlation of the cell with the numbers";
const HINT_OF_TOGETHER =
  "how much of the variance of the numbers all cells tell together (ridge regression), at steps it wasn’t fitted to";

/** How much all cells together tell of numbers; empty if that isn't known. */
export function togetherText(alignment: CellAlignment | null, live = true): string {
  const { together = null, error = "" } = alignment ?? {};
  if (typeof together === "number") return `all cells: R² ${formatValue(together)}`;
  return together === null ? "" : `all cells: ${error || (live ? "…" : UNFINISHED)}`;
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
    drawName(button, name, alignment, cell);
    setAttribute(button, "title", `${pinned ? "unpin" : "pin"} cell ${name}`);
    return chip;
  });
  if (chips.length !== list.children.length || chips.some((chip, i) => chip !== list.children[i])) {
    list.replaceChildren(...chips);
  }
}

/** 55, 55 low, or 55 ρ −0.34. */
function drawName(button: HTMLElement, name: string, alignment: CellAlignment | null, cell: number): void {
  const rho = alignment?.rho?.[cell];
  if (rho === undefined) {
    setText(button, isLow(alignment, cell) ? `${name} low` : name);
    return;
  }
  const measure = button.querySelector(".lv-rho") ?? create("span", "lv-rho");
  setText(measure as HTMLElement, rhoText(rho));
  button.replaceChildren(`${name} `, measure);
}

function createBest(cell: number): HTMLElement {
  const attributes = { "data-part": "best-cell", "data-cell": String(cell), type: "button" };
  const button = needsPython(create("button", "lv-chip-number", attributes));
  return create("div", "lv-chip lv-best-chip", { "data-chip": String(cell) }, button);
}
