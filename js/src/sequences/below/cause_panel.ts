import { all, create, listen, setText } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import { formatCount, formatShare, UNFINISHED, visibleToken } from "../../shared/text";
import type { Model } from "../model";
import type { ViewState } from "../view_state";
import type { Cause } from "./cause";
import { type Chip, createChipRow, createTakeButton, drawChips } from "./chips";
import { distanceText, occlusionText, probabilityText, restText, signed, whyNotTake } from "./texts";

/** What the chosen jump of the state was made of. */
export function mountCausePanel(host: HTMLElement, model: Model, view: ViewState): () => void {
  const title = create("strong", "", { "data-part": "cause-title" });
  const facts = create("span", "lv-aside", { "data-part": "cause-facts" });
  const close = create(
    "button",
    "lvs-plain",
    { "data-part": "close-cause", type: "button", title: "close", "aria-label": "explain no jump" },
    "×",
  );
  const heading = create(
    "div",
    "lvs-part-head lvs-closed-at-end",
    {},
    create("span", "lvs-part-title", {}, title, " ", facts),
    close,
  );
  const say = create("p", "lv-aside lvs-line-of-text", { "data-part": "cause-said" });
  const cells = createChipRow("cells", "cause-cells");
  const take = createTakeButton("take-cause-cells");
  cells.element.append(take.element);
  const weights = create("p", "lv-aside lvs-line-of-text", { "data-part": "cause-weights" });
  const occlusion = create("p", "lv-aside lvs-line-of-text", { "data-part": "occlusion" });
  host.append(heading, say, cells.element, weights, occlusion);
  return all(
    drawOnFrame(() => {
      const jump = model.jump.value;
      const found = jump === null ? null : model._cause.value;
      const live = model.live.value;
      const shown = found !== null && found.error === "";
      setText(
        title,
        found
          ? `From the jump at “${visibleToken(found.words[1])}”`
          : jump === null
            ? "No jump chosen"
            : "From the jump",
      );
      facts.replaceChildren();
      const parts = shown ? [distanceText(found), probabilityText(found, view.className.value)] : [];
      setText(facts, parts.filter((part) => part !== "").join(" · "));
      facts.title = found ? found.words.map(visibleToken).join(" → ") : "";
      close.hidden = jump === null;
      close.disabled = !live;
      const text = saidOf(jump, found, live);
      setText(say, text);
      say.hidden = text === "";
      cells.element.hidden = weights.hidden = occlusion.hidden = !shown;
      if (!shown) return;
      drawChips(cells.chips, found.cells.map(chipOf));
      setText(cells.after, restText(found.rest));
      // Without a selection, it becomes that of the words of the jump.
      const selection = model.selection.value ?? wordsOf(found);
      take.draw(found.cells.length, whyNotTake(model._links.value, selection), live);
      const lacks = weightsText(
        found,
        view.className.value,
        model._layers.value.length > 1 ? model.layer.value : null,
      );
      setText(weights, lacks);
      weights.hidden = lacks === "";
      setText(
        occlusion,
        found.occlusion
          ? occlusionText(found.occlusion, view.className.value)
          : "pass occlusion=… to see what the end would be without this word",
      );
    }),
    listen(close, "click", () => model.set("jump", null)),
    listen(take.button, "click", () => {
      const found = model._cause.peek();
      if (!found) return;
      if (model.selection.peek() === null) model.set("selection", wordsOf(found));
      const { cells, low } = cellsToTake(found);
      model.takeCells(cells, low);
    }),
    () => host.replaceChildren(),
  );
}

/** The cells of a jump, and those of them that fall. */
export function cellsToTake({ cells }: Pick<Cause, "cells">): { cells: number[]; low: number[] } {
  const inOrder = [...cells].sort((a, b) => a.cell - b.cell);
  return {
    cells: inOrder.map(({ cell }) => cell),
    low: inOrder.filter(({ change }) => change !== null && change < 0).map(({ cell }) => cell),
  };
}

/** The steps of both words of a jump. */
export function wordsOf({ step }: Pick<Cause, "step">): [number, number] {
  return [step, step + 2];
}

/** A line instead of what was found; empty where there is something. */
export function saidOf(jump: number | null, found: Cause | null, live: boolean): string {
  if (jump === null) return "Click a bar of the jumps: what made the state jump shows here.";
  if (found) return found.error;
  return live ? "Finding what the jump was made of…" : UNFINISHED;
}

/** What the numbers of the cells are, and what to pass where effects aren't known; `layer` is one of several. */
export function weightsText(
  { of, cells }: Pick<Cause, "of" | "cells">,
  className: (place: number) => string,
  layer: string | null,
): string {
  if (cells.some(({ effect }) => effect !== null)) {
    return of === null ? "" : `how much each changes the logit of ${className(of)}`;
  }
  const weights = layer === null ? "data.output_weights" : `{${JSON.stringify(layer)}: data.output_weights}`;
  return `how much each changes; pass weights=${weights} to see what that does to the class`;
}

function chipOf({ cell, change, effect, share }: Cause["cells"][number]): Chip {
  const parts = [`cell ${formatCount(cell)}`];
  if (change !== null) parts.push(`changes by ${signed(change)}`);
  if (effect !== null) parts.push(`changes the logit by ${signed(effect)}`);
  if (share !== null) parts.push(`makes ${formatShare(share)} of the squared length of the jump`);
  const value = effect ?? change;
  return { name: String(cell), value: value === null ? "NaN" : signed(value), title: parts.join(", ") };
}
