import { announce } from "../shared/announce";
import { formatCount, plural, visibleToken } from "../shared/text";
import { chipsOf } from "./all/filters";
import type { Model } from "./model";
import { sequenceNumber } from "./sequence_number";
import type { ViewState } from "./view_state";

/** Milliseconds without a change before results are spoken. */
const QUIET = 700;

/** Let screen readers speak which sequence is shown, and how many pass the filters. */
export function announceResults(root: HTMLElement, model: Model, view: ViewState): () => void {
  return announce(root, {
    describe: () => describeResults(model, view),
    running: model.running,
    quiet: () => QUIET,
  });
}

/** "Sequence 69: true 1890–1924, said 1925–1969. 10 of 402 sequences: wrong. 312 steps selected." */
export function describeResults(
  model: Pick<Model, "sequence" | "filters" | "_sequences" | "_order" | "_selected">,
  view: Pick<ViewState, "className">,
): string {
  const table = model._sequences.value;
  if (table === null) return "";
  const number = model.sequence.value;
  const named = (word: string, place = -1) =>
    place < 0 ? [] : [`${word} ${visibleToken(view.className.value(place))}`];
  const classes = [
    ...named("true", table.target?.[number]),
    ...named("said", table.prediction?.[number]),
  ].join(", ");
  const filters = chipsOf(model.filters.value).map(({ text }) => text);
  const shown = `${formatCount(model._order.value.length)} of ${plural(table.count, "sequence")}`;
  const selected = model._selected.value?.steps ?? 0;
  return [
    `Sequence ${sequenceNumber(number)}${classes ? `: ${classes}` : ""}.`,
    ...(filters.length > 0 ? [`${shown}: ${filters.join(", ")}.`] : []),
    ...(selected > 0 ? [`${plural(selected, "step")} selected.`] : []),
  ].join(" ");
}
