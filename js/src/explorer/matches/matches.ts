import { all, create, setText } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import type { Model } from "../model";
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
  const tools = mountMatchTools(list, model, view);
  const more = mountMoreMatches(model);
  const grid = mountMatchGrid(list, more.element, model, view);
  const empty = create("p", "lv-empty");
  const head = create("div", "lv-match-head", {}, summary.element, lengths.element, tools.element);
  host.append(head, grid.element, empty);

  return all(
    drawOnFrame(() => {
      const sentence = emptySentence(model);
      setText(empty, sentence);
      empty.hidden = sentence === "";
      grid.element.hidden = sentence !== "";
      // Where nothing matches, the selection can still be kept, to hold it against other phrases.
      const isUnused = grid.element.hidden && model.length_filter.value === null;
      tools.element.classList.toggle("lv-only-keep", isUnused);
      lengths.element.classList.toggle("lv-unused", isUnused);
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
