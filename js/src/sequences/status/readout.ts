import { formatCount, formatValue, visibleToken } from "../../shared/text";
import { sequenceText } from "../all/facts";
import type { SequenceList } from "../all/table_list";
import type { Model } from "../model";
import { sequenceNumber } from "../sequence_number";
import type { ViewState } from "../view_state";

/** What the pointer is on: a step, or a sequence of the table. */
export function describePointer(
  list: Pick<SequenceList, "table" | "hovered" | "matches">,
  model: Pick<Model, "_words" | "_trajectories">,
  view: Pick<ViewState, "hoveredStep" | "className">,
): string {
  const table = list.table.value;
  const number = list.hovered.value;
  const step = view.hoveredStep.value;
  if (table === null || number === null) return "";
  if (step !== null) return stepText(step, number, table.bounds[number] ?? 0, model, view);
  return sequenceText(table, number, view.className.value, list.matches.value?.[number] ?? null);
}

/** "“war” · step 84 of sequence 69 · expected 1925–1969 0.71 · jumps by 0.53". What isn't known of it is left out. */
function stepText(
  step: number,
  sequence: number,
  start: number,
  model: Pick<Model, "_words" | "_trajectories">,
  view: Pick<ViewState, "className">,
): string {
  const words = model._words.value;
  const word = words?.words[step - words.start];
  const known = words && word !== undefined ? words : null;
  const shown = known ?? model._trajectories.value.find((each) => each.sequence === sequence) ?? null;
  const at = step - (shown?.start ?? 0);
  const place = shown?.codes?.[at] ?? -1;
  const confidence = shown?.confidence?.[at];
  const jump = shown?.distances?.[at];
  const parts = [
    known && word !== undefined ? `“${visibleToken(word)}”` : null,
    `step ${formatCount(step - start)} of sequence ${sequenceNumber(sequence)}`,
    place < 0
      ? null
      : `expected ${visibleToken(view.className.value(place))}${confidence === undefined ? "" : ` ${formatValue(confidence)}`}`,
    jump === undefined || Number.isNaN(jump) ? null : `jumps by ${formatValue(jump)}`,
    `time step ${formatCount(step)}`,
  ];
  return parts.filter((part) => part !== null).join(" · ");
}
