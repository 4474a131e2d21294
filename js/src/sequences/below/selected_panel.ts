import { all, create, listen, setAttribute, setText } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import { formatCount, formatShare, plural, UNFINISHED, visibleToken } from "../../shared/text";
import type { Model } from "../model";
import { type Chip, createChipRow, createTakeButton, drawChips } from "./chips";
import type { SelectedSteps, Share } from "./selected_steps";
import {
  aucText,
  byTrack,
  isChance,
  ratioText,
  shareTitle,
  stepsIn,
  telling,
  tellingCells,
  whyNotTake,
} from "./texts";

/** What the steps selected on the map have in common, and which cells tell them from the rest. */
export function mountSelectedPanel(host: HTMLElement, model: Model): () => void {
  const count = create("strong", "", { "data-part": "selected-count" });
  const where = create("span", "lv-aside", { "data-part": "selected-where" });
  const only = create(
    "button",
    "lvs-more",
    { "data-part": "selected-only", type: "button", title: "show only sequences with a selected step" },
    "sequences of these steps only",
  );
  const clear = create("button", "lvs-more", { "data-part": "clear-selected", type: "button" }, "clear");
  const heading = create(
    "div",
    "lvs-part-head",
    {},
    create("span", "lvs-part-title", {}, count, " ", where),
    only,
    clear,
  );
  const say = create("p", "lv-aside lvs-line-of-text", { "data-part": "selected-said" });
  const words = createChipRow("words", "selected-words");
  const labels = create("div", "lvs-tracks-found", { "data-part": "selected-labels" });
  const cells = createChipRow("cells that tell them", "telling-cells");
  const take = createTakeButton("take-telling-cells");
  cells.element.append(take.element);
  host.append(heading, say, words.element, labels, cells.element);
  return all(
    drawOnFrame(() => {
      const steps = stepsIn(model.selected_steps.value);
      const found = steps > 0 ? model._selected.value : null;
      const live = model.live.value;
      const on = model.filters.value.selected === true;
      setText(count, steps > 0 ? `${plural(steps, "step")} selected` : "No steps selected");
      setText(where, found ? `in ${plural(found.sequences, "sequence")}` : "");
      only.hidden = clear.hidden = steps === 0;
      only.disabled = clear.disabled = !live;
      setAttribute(only, "aria-pressed", String(on));
      setText(only, on ? "all sequences again" : "sequences of these steps only");
      const text = saidOf(steps, found, live);
      setText(say, text);
      say.hidden = text === "";
      const shown = found !== null && found.error === "";
      words.element.hidden = labels.hidden = cells.element.hidden = !shown;
      if (shown) drawFound(found, words.chips, labels, cells);
      const telling = shown ? tellingCells(found) : [];
      take.draw(telling.length, whyNotTake(model._links.value, model.selection.value), live);
    }),
    listen(clear, "click", () => model.set("selected_steps", "")),
    listen(only, "click", () => {
      const { selected, ...others } = model.filters.peek();
      model.set("filters", selected === true ? others : { ...others, selected: true });
    }),
    listen(take.button, "click", () => {
      const found = model._selected.peek();
      if (!found) return;
      const telling = tellingCells(found);
      const low = found.cells.filter(({ sign }) => sign < 0).map(({ cell }) => cell);
      model.takeCells(
        telling,
        telling.filter((cell) => low.includes(cell)),
      );
    }),
    () => host.replaceChildren(),
  );
}

/** A line instead of what was found; empty where there is something. */
export function saidOf(steps: number, found: SelectedSteps | null, live: boolean): string {
  if (steps === 0) {
    return "Draw around points of the map with Shift held, or with its lasso: what they have in common shows here.";
  }
  if (found) return found.error;
  return live ? "Finding what tells them from the rest…" : UNFINISHED;
}

function chipOf(share: Share, steps: number): Chip {
  const title = `${shareTitle(share, steps)}${isChance(share.p) ? ": no more than chance gives" : ""}`;
  return { name: visibleToken(share.label), value: ratioText(share.ratio), title, faint: isChance(share.p) };
}

function drawFound(
  found: SelectedSteps,
  words: HTMLElement,
  labels: HTMLElement,
  cells: ReturnType<typeof createChipRow>,
): void {
  drawChips(
    words,
    found.words.map((each) => chipOf(each, found.steps)),
  );
  labels.replaceChildren(
    ...byTrack(found.labels).map(([track, each]) => {
      const row = createChipRow(visibleToken(track), "selected-track");
      drawChips(
        row.chips,
        each.map((label) => chipOf(label, found.steps)),
      );
      return row.element;
    }),
  );
  drawChips(
    cells.chips,
    found.cells.map((cell) => cellChip(cell, found.chance)),
  );
  setText(cells.after, chanceText(found));
  cells.after.title = chanceTitle(found.chance);
}

function cellChip(cell: SelectedSteps["cells"][number], chance: SelectedSteps["chance"]): Chip {
  const by = cell.sign < 0 ? "low" : "high";
  const faint = chance !== null && telling(cell) <= chance.high;
  const among = formatShare(telling(cell));
  const title = `cell ${formatCount(cell.cell)} tells them by ${by} values: ${among} of pairs of a selected step and another (area under the ROC curve)${faint ? "; no more than chance gives" : ""}`;
  return { name: `${cell.sign < 0 ? "−" : ""}${cell.cell}`, value: aucText(telling(cell)), title, faint };
}

/** What chance is here. */
export function chanceTitle(chance: SelectedSteps["chance"]): string {
  if (!chance) return "";
  const dealt =
    chance.kind === "within"
      ? "the selection, rotated within its sequences"
      : "as many other whole sequences, taken at random";
  return `how well the best of all cells tells ${dealt}: in 95 of 100 cases at most this (${plural(chance.draws, "draw")})`;
}

/** "chance up to .61": how well the best of all cells tells random steps. */
export function chanceText({ cells, chance }: Pick<SelectedSteps, "cells" | "chance">): string {
  if (!chance) return "";
  const text = `chance up to ${aucText(chance.high)}`;
  return tellingCells({ cells, chance }).length > 0 ? text : `${text}: none tells them better`;
}
