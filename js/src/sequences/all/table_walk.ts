import { all, listen } from "../../shared/dom";
import { hasModifier } from "../../shared/keys";
import { placeOf, rowAfter, type VirtualRows } from "../../shared/virtual_rows";
import type { Model } from "../model";
import { togglePinned } from "../pinning";
import type { ViewState } from "../view_state";
import type { SequenceList } from "./table_list";
import { PIN } from "./table_rows";

/** A click, or an arrow key, goes to a sequence; p, Space, or the mark at its left edge pins it. */
export function walkSequences(
  body: HTMLElement,
  rows: VirtualRows,
  list: SequenceList,
  model: Model,
  view: ViewState,
): () => void {
  const sequenceOf = (row: HTMLElement) => list.order.peek()[placeOf(row)];
  const go = (sequence: number | undefined) => {
    if (sequence !== undefined) model.set("sequence", sequence);
  };
  const pin = (sequence: number | undefined) => {
    if (sequence !== undefined) togglePinned(sequence, model, view);
  };
  return all(
    listen(body, "click", (event) => {
      const row = rowOf(event.target);
      if (!row) return;
      rows.focus(placeOf(row));
      if ((event.target as Element).closest(`[data-part="${PIN}"]`)) pin(sequenceOf(row));
      else go(sequenceOf(row));
    }),
    listen(body, "keydown", (event) => {
      const row = rowOf(event.target);
      if (!row || hasModifier(event)) return;
      const to = rowAfter(event.key, placeOf(row), rows);
      if (to !== null) {
        const next = rows.focus(to);
        next?.scrollIntoView({ block: "nearest" });
        if (next) go(sequenceOf(next));
      } else if (event.key === "Enter") go(sequenceOf(row));
      else if (event.key.toLowerCase() === "p" || event.key === " ") pin(sequenceOf(row));
      else return;
      event.preventDefault();
    }),
    listen(body, "pointerover", (event) => {
      const row = rowOf(event.target);
      view.hoveredSequence.value = (row && sequenceOf(row)) ?? null;
    }),
    listen(body, "pointerleave", () => {
      view.hoveredSequence.value = null;
    }),
  );
}

/** The row of a sequence that an event happened in. */
function rowOf(target: EventTarget | null): HTMLElement | null {
  return (target as Element).closest<HTMLElement>('[data-part="sequence"]');
}
