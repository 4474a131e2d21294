import { all, create, listen, setText } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import type { Model } from "../model";
import { positionShowing } from "../time/layout";
import type { ViewState } from "../view_state";
import { mountLabelTable } from "./label_table";
import { mountMatchGrid } from "./match_grid";
import { mountMatchLengths } from "./match_lengths";
import { createMatchList } from "./match_list";
import { mountMoreMatches } from "./match_more";
import { emptySentence, mountMatchSummary } from "./match_summary";
import { mountMatchTools } from "./match_tools";

/** The match view: a summary, the histogram of lengths, the controls, and a row for each match. */
export function mountMatches(host: HTMLElement, model: Model, view: ViewState): () => void {
  const list = createMatchList(model);
  const summary = mountMatchSummary(list, model);
  const lengths = mountMatchLengths(list, model);
  const back = create("button", "lv-button lv-quiet", { "data-part": "back-to-selection", type: "button" });
  back.textContent = "← back to selection";
  const tools = mountMatchTools(list, model, view);
  const grid = mountMatchGrid(list, model, view);
  const more = mountMoreMatches(model);
  const empty = create("p", "lv-empty");
  const head = create("div", "lv-match-head", {}, summary.element, lengths.element, back, tools.element);
  host.append(head, grid.element, more.element, empty);

  return all(
    drawOnFrame(() => {
      const sentence = emptySentence(model);
      setText(empty, sentence);
      empty.hidden = sentence === "";
      grid.element.hidden = sentence !== "";
      tools.element.hidden = grid.element.hidden && model.length_filter.value === null;
      lengths.element.classList.toggle("lv-unused", tools.element.hidden);
      back.hidden = model.selection.value === null || (view.selectionInSight.value && !view.shownMatch.value);
    }),
    listen(back, "click", () => {
      const selection = model.selection.peek();
      view.shownMatch.value = null;
      if (selection) view.moveTo(positionShowing(selection, model._steps.peek(), view.visibleSteps.peek()));
    }),
    summary.dispose,
    lengths.dispose,
    tools.dispose,
    grid.dispose,
    more.dispose,
    mountLabelTable(host, grid.element, model, view),
    () => host.replaceChildren(),
  );
}
