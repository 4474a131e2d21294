import { all, listen } from "../../shared/dom";
import { hasModifier } from "../../shared/keys";
import { placeOf, rowAfter, type VirtualRows } from "../../shared/virtual_rows";
import type { Model } from "../model";
import { addRange } from "../ranges/change_ranges";
import { positionShowing } from "../time/layout";
import { containsRange } from "../time/ranges";
import type { ViewState } from "../view_state";
import type { MatchList, MatchRow } from "./match_list";
import { rowOf } from "./match_rows";

/**
 * A click or Enter brings a match into sight, S or a double click selects it, A or Ctrl and a click on its button adds
 * it to what is selected, and keys go from row to row.
 */
export function walkRows(
  body: HTMLElement,
  rows: VirtualRows,
  list: MatchList,
  model: Model,
  view: ViewState,
): () => void {
  const show = ({ start, stop }: MatchRow) => {
    if (!containsRange(view.availableSteps.peek(), [start, stop])) {
      view.say("These steps are not part of the saved view.");
      return;
    }
    view.moveTo(positionShowing([start, stop], model._steps.peek(), view.visibleSteps.peek()));
    view.shownMatch.value = [start, stop];
  };
  const select = (row: MatchRow) => {
    model.set("selection", [row.start, row.stop]);
    view.moveTo(positionShowing([row.start, row.stop], model._steps.peek(), view.visibleSteps.peek()));
    model.settle();
  };
  const add = ({ start, stop }: MatchRow) => {
    if (model.live.peek()) addRange([start, stop], null, model, view);
  };
  return all(
    listen(body, "click", (event) => {
      const element = rowOf(event.target);
      if (!element) return;
      const row = list.row(placeOf(element));
      rows.focus(placeOf(element));
      const isButton = (event.target as Element).closest('[data-part="match-select"]') !== null;
      if (isButton && (event.ctrlKey || event.metaKey)) add(row);
      else if (isButton) select(row);
      else show(row);
    }),
    listen(body, "dblclick", (event) => {
      const element = rowOf(event.target);
      if (element && !(event.target as Element).closest("button")) select(list.row(placeOf(element)));
    }),
    listen(body, "keydown", (event) => {
      const element = rowOf(event.target);
      if (!element || hasModifier(event)) return;
      const to = rowAfter(event.key, placeOf(element), rows);
      if (to !== null) rows.focus(to)?.scrollIntoView({ block: "nearest" });
      else if (event.key.toLowerCase() === "s" || (event.key === "Enter" && event.shiftKey)) {
        select(list.row(placeOf(element)));
      } else if (event.key.toLowerCase() === "a") add(list.row(placeOf(element)));
      else if (event.key === "Enter" || event.key === " ") show(list.row(placeOf(element)));
      else return;
      event.preventDefault();
    }),
  );
}
