import { all, create, listen, setText } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import { closeMenu } from "../../shared/menu";
import { needsPython } from "../../shared/needs_python";
import { formatCount, plural } from "../../shared/text";
import { isCurrent } from "../find/hits";
import type { Model } from "../model";
import { countOf } from "../ranges/ranges_row";

const WHY = "to compare it with another set";

/** A button beside the field of the search: it keeps the hits as a set of phrases. */
export function mountKeepHits(model: Model) {
  const element = needsPython(
    create("button", "lv-link", { "data-part": "keep-hits", type: "button" }, "keep"),
  );
  const dispose = all(
    drawOnFrame(() => {
      const hits = model._find_hits.value;
      const count = hits && hits.error === "" && isCurrent(hits, model) ? hits.count : 0;
      element.hidden = count === 0;
      element.parentElement?.classList.toggle("lv-with-keep", count > 0);
      element.title = `keep the ${plural(count, "hit")} as a set of phrases, ${WHY}`;
      element.setAttribute("aria-label", element.title);
    }),
    listen(element, "click", () => model.keepPhrases("hits")),
  );
  return { element, dispose };
}

/** A menu at the head of the matches: it keeps these, or the selection, as a set of phrases. */
export function mountKeepMenu(model: Model) {
  const item = (part: string) =>
    needsPython(create("button", "lv-menu-item lv-menu-button", { "data-part": part, type: "button" }));
  const matches = item("keep-matches");
  const selection = item("keep-selection");
  const sheet = create("div", "lv-menu-list", {}, matches, selection);
  const summary = create("summary", "lv-button", { title: `keep a set of phrases, ${WHY}` }, "keep ▾");
  const element = create("details", "lv-menu lv-keep", { "data-part": "keep-menu" }, summary, sheet);
  const keep = (what: "matches" | "selection") => () => {
    model.keepPhrases(what);
    element.open = false;
    summary.focus();
  };
  const dispose = all(
    drawOnFrame(() => {
      const count = model.matches.value.start.length;
      element.hidden = !model.live.value || (count === 0 && model.selection.value === null);
      setText(matches, count === 1 ? "the match listed" : `the ${formatCount(count)} matches listed`);
      matches.hidden = count === 0;
      setText(selection, selectionText(countOf(model)));
      selection.hidden = model.selection.value === null;
    }),
    listen(matches, "click", keep("matches")),
    listen(selection, "click", keep("selection")),
    closeMenu(element, summary),
  );
  return { element, dispose };
}

/** What is kept where so many ranges are selected. */
export function selectionText(ranges: number): string {
  return ranges > 1 ? `the ${formatCount(ranges)} selected phrases` : "the selection";
}
