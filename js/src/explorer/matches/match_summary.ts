import { all, create, listen } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import { needsPython } from "../../shared/needs_python";
import { formatCount, formatSeconds } from "../../shared/text";
import type { Model } from "../model";
import { countOf } from "../ranges/ranges_row";
import { candidatesListed } from "./length_bars";
import type { MatchList } from "./match_list";

/** How many matches are listed, of how many candidates, and which are left out. */
export function mountMatchSummary(list: MatchList, model: Model) {
  const text = create("span", "", { "data-part": "match-summary", role: "status" });
  const clear = create("button", "lv-clear-filter", {
    "data-part": "clear-length",
    type: "button",
    title: "show matches of all lengths",
    "aria-label": "show matches of all lengths",
  });
  needsPython(clear).textContent = "×";
  const element = create("div", "lv-summary", {}, text, clear);
  const dispose = all(
    drawOnFrame(() => {
      const shown = model.matches.value.start.length;
      const remarks = shown === 0 && model.length_filter.value === null ? [] : remarksOn(list, model);
      text.replaceChildren(
        create("strong", "", {}, countText(shown, candidatesListed(model))),
        create("span", "lv-aside", {}, remarks.join(" · ")),
      );
      clear.hidden = model.length_filter.value === null;
    }),
    listen(clear, "click", () => model.set("length_filter", null)),
  );
  return { element, dispose };
}

/** 50 of 1,204 matches. */
export function countText(shown: number, candidates: number | null): string {
  if (shown === 0) return "Matches";
  const count = candidates === null || candidates <= shown ? "" : ` of ${formatCount(candidates)}`;
  return `${formatCount(shown)}${count} match${(candidates ?? shown) === 1 ? "" : "es"}`;
}

/** The remarks after the number of matches. */
export function remarksOn(list: Pick<MatchList, "context" | "folded">, model: Model): string[] {
  const remarks = ["exact", formatSeconds(list.context.value.seconds)];
  if (candidatesListed(model) === null && model.live.value) remarks.push("counting the others…");
  if (model.fold_matches.value) remarks.push(foldedText(list.folded.value));
  if (model.length_filter.value !== null)
    remarks.push(`length ${formatCount(model.length_filter.value)} only`);
  return remarks;
}

function foldedText(folded: number): string {
  if (folded === 0) return "none overlap";
  return `${formatCount(folded)} overlapping ${folded === 1 ? "one" : "ones"} folded`;
}

/** The sentence in place of the matches if there are none; "" if there are some. */
export function emptySentence(model: Model): string {
  if (model.matches.value.start.length > 0) return "";
  if (model.selection.value === null) {
    return "Drag over words to select the cells that are on there. Other places where the same cells switch on together are then listed here.";
  }
  // If no cell follows the pattern, Python says so in `_note`. With an error and no note, it could not compute.
  if (model.running.value !== null) {
    if (model._note.value === "") return "Looking for matches…";
  } else if (model.progress.value !== null) {
    return "This view was saved before its matches had come.";
  }
  if (model.error.value !== "" && model._note.value === "") return "This could not be computed: see above.";
  if (model.selected_cells.value.length === 0 && countOf(model) > 1) {
    return "No cell follows this pattern in so many of the selected phrases. Lower the threshold, or the number of phrases in which a cell has to be on.";
  }
  if (model.selected_cells.value.length === 0) {
    return "No cell follows this pattern over the whole selection. Lower the threshold, select fewer words, or shorten the off parts.";
  }
  if (model.length_filter.value !== null) return "No stretch of this length matches.";
  return "No other stretch matches. Lower the threshold, or shorten the pattern.";
}
