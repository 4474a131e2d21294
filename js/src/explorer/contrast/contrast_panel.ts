import { computed } from "@preact/signals-core";
import { all, create, listen, setAttribute, setText } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import { formatCount, UNFINISHED, visibleToken } from "../../shared/text";
import type { Model } from "../model";
import type { ViewState } from "../view_state";
import { mountCellsApart } from "./cells_apart";
import { cellsApart, type PhraseSet, pairOf, takenCells } from "./contrast";
import { mountSetColumn } from "./set_column";
import { takeCells } from "./taking";

/** From this width of the list on, the cells stand beside the phrases. */
const WIDE_FROM = 760;
/** The share of the width that they have there. */
const CELLS_SHARE = 0.46;
/** From these widths of their own on there is room for the numbers of both shares, and for the intervals. */
const SHARES_FROM = 480;
const INTERVALS_FROM = 340;
/** From this width of a column of phrases on, the word "phrases" has room beside the name of the set. */
const WORD_FROM = 260;

/** The kept sets of phrases: two of them side by side, and the cells that tell them apart. Hidden without sets. */
export function mountContrast(host: HTMLElement, model: Model, view: ViewState): () => void {
  const pair = computed(() => pairOf(model.phrase_sets.value, model.contrast_with.value));
  const contrast = computed(() => model._contrast.value);
  const cells = computed(() => cellsApart(contrast.value));
  const shown = computed((): readonly (PhraseSet | null)[] => {
    const sets = model.phrase_sets.value;
    const names = pair.value ?? [sets.at(-1)?.name ?? null, null];
    return names.map((name) => sets.find((set) => set.name === name) ?? null);
  });
  const button = (className: string, part: string, title: string, text = "") =>
    create("button", className, { "data-part": part, type: "button", title }, text);
  const toggle = button("lv-link lv-disclosing", "contrast-toggle", "show or hide the kept phrases");
  const summary = create("span", "lv-aside lv-contrast-summary");
  const chance = button(
    "lv-button",
    "contrast-against-chance",
    "p: how often a cell differs as much when the sets are dealt to the phrases anew",
  );
  const take = button(
    "lv-button",
    "take-apart",
    "make the ten cells that differ most the selected cells",
    "take these cells",
  );
  const spoken = create("span", "lv-unseen", { "data-part": "kept-sets", role: "status" });
  const tools = create("span", "lv-contrast-tools", {}, chance, take);
  const head = create("div", "lv-contrast-head", {}, toggle, summary, spoken, tools);
  const columns = ([0, 1] as const).map((side) => mountSetColumn(side, { model, view, pair, shown, cells }));
  const apart = mountCellsApart({ model, view, shown, contrast, cells });
  const body = create("div", "lv-contrast-body", {}, ...columns.map(({ element }) => element), apart.element);
  host.append(head, body);
  setAttribute(host, "data-part", "contrast");
  setAttribute(host, "role", "region");
  setAttribute(host, "aria-label", "kept sets of phrases, and the cells that tell them apart");
  return all(
    drawOnFrame(() => {
      const sets = model.phrase_sets.value;
      const open = model.show_contrast.value;
      host.hidden = sets.length === 0;
      host.parentElement?.classList.toggle("lv-with-contrast", sets.length > 0 && open);
      const width = view.listWidth.value;
      const wide = width >= WIDE_FROM;
      host.classList.toggle("lv-wide", wide);
      const ofCells = width * (wide ? CELLS_SHARE : 1);
      host.classList.toggle("lv-roomy", ofCells >= SHARES_FROM);
      host.classList.toggle("lv-tight", ofCells < INTERVALS_FROM);
      host.classList.toggle("lv-slim", (wide ? width - ofCells : width) / 2 < WORD_FROM);
      body.hidden = !open;
      setText(toggle, `${open ? "▾" : "▸"} contrast`);
      setAttribute(toggle, "aria-expanded", String(open));
      setText(summary, open ? "" : summaryOf(sets));
      setText(spoken, open ? `kept phrases: ${summaryOf(sets)}` : "");
      apart.element.hidden = pair.value === null;
      body.classList.toggle("lv-paired", pair.value !== null);
    }),
    drawOnFrame(() => {
      const sent = contrast.value;
      const live = model.live.value;
      const open = model.show_contrast.value && pair.value !== null;
      chance.hidden = !open || Array.isArray(sent?.p);
      chance.disabled = !live || !sent || sent.computing || cells.value.length === 0;
      setText(chance, sent?.computing && live ? "comparing…" : "against chance");
      take.hidden = !open;
      take.disabled = !live || cells.value.length === 0;
      if (pair.value !== null && !sent && !live) setText(summary, UNFINISHED);
    }),
    listen(toggle, "click", () => model.set("show_contrast", !model.show_contrast.peek())),
    listen(chance, "click", () => model.contrastWithChance()),
    listen(take, "click", () => takeCells(model, view, takenCells(cells.peek(), null), shown.peek()[0])),
    ...columns.map(({ dispose }) => dispose),
    apart.dispose,
    () => host.replaceChildren(),
  );
}

/** "dogs 24 · cats 31". */
export function summaryOf(sets: readonly Pick<PhraseSet, "name" | "count">[]): string {
  return sets.map(({ name, count }) => `${visibleToken(name)} ${formatCount(count)}`).join(" · ");
}
