import { signal } from "@preact/signals-core";
import { all, create, listen, setAttribute, setText } from "../../shared/dom";
import { followSize } from "../../shared/follow_size";
import { drawOnFrame } from "../../shared/frame";
import { needsPython } from "../../shared/needs_python";
import { formatCount } from "../../shared/text";
import type { Model } from "../model";
import type { ViewState } from "../view_state";
import { mountClassList } from "./class_list";
import { createCounts } from "./counts";
import { accuracyText, lengthsText, shownText } from "./facts";
import { mountFilterMenu } from "./filter_menu";
import { mountMatrix } from "./matrix";
import { mountTable } from "./table";
import type { SequenceList } from "./table_list";

/** All sequences: counted by class, and listed. */
export function mountAll(
  host: HTMLElement,
  shownList: SequenceList,
  model: Model,
  view: ViewState,
): () => void {
  // The width is read where it may have changed: reading it while drawing would make the browser lay out the page.
  const room = signal(0);
  const readout = signal("");
  const counts = createCounts(model, view);
  const matrix = mountMatrix(counts, room, readout, model, view);
  const classes = mountClassList(counts, readout, model, view);
  const table = mountTable(shownList, room, model, view);
  const menu = mountFilterMenu(shownList, model, view);

  const title = create("h3", "lvs-part-heading");
  const listed = signal(false);
  const list = create("button", "lvs-more", {
    ...{ "data-part": "classes-open", type: "button" },
    title: "for each class, how often it was right or wrong, and which class was expected instead",
  });
  const line = create("p", "lvs-count-facts", { "data-part": "matrix-readout" });
  const counted = create(
    "div",
    "lvs-counted",
    { "data-part": "counts" },
    create("div", "lvs-head-row", {}, title, list),
    matrix.element,
    classes.element,
    line,
  );
  const shown = create("span", "lvs-aside", { "data-part": "shown" });
  const lengths = create("span", "lvs-aside lvs-lengths");
  const heading = create("h3", "lvs-part-heading", {}, "Sequences ");
  const empty = create("p", "lvs-empty", { "data-part": "no-sequences" });
  const clear = needsPython(
    create("button", "lvs-more", { "data-part": "clear-empty", type: "button" }, "clear the filters"),
  );
  const sequences = create(
    "div",
    "lvs-listed",
    { tabindex: "-1" },
    create("div", "lvs-head-row", {}, heading, shown, lengths, menu.element),
    table.element,
    create("div", "lvs-empty-row", {}, empty, clear),
  );
  host.append(counted, sequences);

  return all(
    followSize(host, () => {
      if (host.clientWidth > 0) room.value = host.clientWidth;
    }),
    drawOnFrame(() => {
      const hasTargets = counts.accuracy.value !== null;
      const isListed = listed.value || !hasTargets;
      counted.hidden = counts.pairs.value.length === 0;
      setText(title, hasTargets ? (isListed ? "Right and wrong by class" : "True × said") : "Said");
      matrix.element.hidden = isListed;
      classes.element.hidden = !isListed;
      list.hidden = !hasTargets;
      const { length } = counts.classes.value;
      setText(
        list,
        isListed ? "as a matrix" : `list of ${length === 1 ? "1 class" : `${formatCount(length)} classes`}`,
      );
      setAttribute(list, "aria-pressed", String(isListed));
    }),
    drawOnFrame(() => {
      const accuracy = counts.accuracy.value;
      const facts = accuracy ? accuracyText(accuracy, view.className.value, counts.isFiltered.value) : "";
      setText(line, readout.value || facts);
      setAttribute(line, "title", facts || null);
      line.classList.toggle("lvs-pointed", readout.value !== "");
    }),
    drawOnFrame(() => {
      const sent = model._sequences.value;
      const isEmpty = sent !== null && model._order.value.length === 0;
      setText(shown, sent ? shownText(model._order.value.length, sent.count) : "");
      setText(lengths, sent ? lengthsText(sent) : "");
      setAttribute(lengths, "title", lengths.textContent || null);
      table.element.hidden = isEmpty;
      (empty.parentElement as HTMLElement).hidden = !isEmpty;
      setText(empty, emptyText(sent?.count ?? 0));
      clear.hidden = !counts.isFiltered.value;
    }),
    listen(list, "click", () => {
      listed.value = !listed.peek();
    }),
    listen(clear, "click", () => {
      model.set("filters", {});
      // The button goes away.
      sequences.focus({ preventScroll: true });
    }),
    matrix.dispose,
    classes.dispose,
    table.dispose,
    menu.dispose,
    () => host.replaceChildren(),
  );
}

function emptyText(count: number): string {
  return count === 0 ? "There are no sequences." : "No sequence passes these filters.";
}
