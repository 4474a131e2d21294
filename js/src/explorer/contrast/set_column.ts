import type { ReadonlySignal } from "@preact/signals-core";
import { all, create, listen, pool, setAttribute, setText } from "../../shared/dom";
import { drawLater, drawOnFrame } from "../../shared/frame";
import { hasModifier } from "../../shared/keys";
import { closeMenu } from "../../shared/menu";
import { needsPython } from "../../shared/needs_python";
import { pictured } from "../../shared/picture/picture";
import { shareTabStop } from "../../shared/tab_stop";
import { formatCount, plural, visibleToken } from "../../shared/text";
import type { Model } from "../model";
import { countOf } from "../ranges/ranges_row";
import type { Range } from "../time/ranges";
import type { ViewState } from "../view_state";
import { type CellApart, type Pair, type PhraseSet, pairWith, takenCells } from "./contrast";
import { selectionText } from "./keep";
import { selectPhrase, showPhrase, takeCells } from "./taking";

interface Shared {
  model: Model;
  view: ViewState;
  pair: ReadonlySignal<Pair | null>;
  /** The two sets that are shown. */
  shown: ReadonlySignal<readonly (PhraseSet | null)[]>;
  cells: ReadonlySignal<readonly CellApart[]>;
}

/** One of the two sets that are compared: its name, what can be done with it, and its first phrases in words. */
export function mountSetColumn(side: 0 | 1, { model, view, pair, shown, cells }: Shared) {
  const which = side === 0 ? "one" : "other";
  const mark = create("span", `lv-dot lv-dot-${which}`, { "aria-hidden": "true" });
  const menu = pictured(needsPython(create("select", "lv-set-name", { "data-part": `contrast-${which}` })));
  const field = create("input", "lv-field lv-set-field", {
    "data-part": `rename-field-${which}`,
    type: "text",
    maxlength: "60",
    spellcheck: "false",
    "aria-label": "new name of the set of phrases",
  });
  field.hidden = true;
  const number = create("span");
  const of = create("span", "lv-set-of");
  const count = create("span", "lv-aside lv-set-count", {}, number, of);
  const item = (part: string, text: string) =>
    create(
      "button",
      "lv-menu-item lv-menu-button",
      { "data-part": `${part}-${which}`, type: "button" },
      text,
    );
  const take = item("take-cells", "take its ten cells");
  const add = item("add-selection", "");
  const rename = needsPython(item("rename", "rename"));
  const remove = needsPython(item("remove", "remove"));
  const summary = create(
    "summary",
    "lv-button lv-icon lv-set-more",
    { "aria-label": "what to do with the set" },
    "⋯",
  );
  const more = create(
    "details",
    "lv-menu",
    { "data-part": `set-menu-${which}` },
    summary,
    create("div", "lv-menu-list", {}, take, add, rename, remove),
  );
  const head = create("div", "lv-set-head", {}, mark, menu, field, count, more);
  const lines = create("div");
  const left = create("div", "lv-aside lv-phrases-left");
  const list = create("div", "lv-phrases", { "data-part": `phrases-${which}`, role: "group" }, lines, left);
  const hint = create(
    "p",
    "lv-aside lv-set-hint",
    {},
    "Keep a second set to compare with: the hits of a search, the matches, the selection, or the ranges of a label.",
  );
  const element = create("div", "lv-set", {}, head, list, hint);
  const set = () => shown.value[side] ?? null;
  const current = () => shown.peek()[side] ?? null;
  const leaveField = (apply: boolean) => {
    const name = current()?.name;
    const to = field.value.trim();
    if (field.hidden) return;
    field.hidden = true;
    menu.hidden = false;
    menu.focus();
    if (apply && name !== undefined && to !== "" && to !== name) model.renamePhrases(name, to);
  };
  const doAndClose = (act: (set: PhraseSet) => void) => () => {
    const chosen = current();
    more.open = false;
    if (chosen) act(chosen);
  };
  const dispose = all(
    drawOnFrame(() => {
      const chosen = set();
      head.hidden = list.hidden = chosen === null;
      hint.hidden = chosen !== null;
      if (chosen === null) return;
      const names = model.phrase_sets.value.map(({ name }) => name);
      menu.replaceChildren(
        ...names.map((name, i) => create("option", "", { value: String(i) }, visibleToken(name))),
      );
      menu.value = String(names.indexOf(chosen.name));
      setAttribute(menu, "aria-label", `${which === "one" ? "first" : "second"} set of phrases`);
      setAttribute(menu, "title", chosen.name);
      setText(number, formatCount(chosen.count));
      setText(of, chosen.count === 1 ? " phrase" : " phrases");
      setAttribute(count, "title", plural(chosen.count, "phrase"));
      setAttribute(list, "aria-label", `phrases of ${visibleToken(chosen.name)}`);
      setText(add, `add ${selectionText(countOf(model))}`);
      add.disabled = model.selection.value === null || !model.live.value;
      take.disabled = !model.live.value || takenCells(cells.value, side).length === 0;
      take.hidden = pair.value === null;
      take.title = `select the ten cells that follow the pattern at more phrases of ${visibleToken(chosen.name)}`;
    }),
    drawLater(() => {
      drawPhrases(lines, left, set());
      return undefined;
    }),
    shareTabStop(list, ".lv-phrase"),
    listen(menu, "change", () => {
      const name = model.phrase_sets.peek()[Number(menu.value)]?.name;
      const compared = pair.peek();
      if (name !== undefined && compared) model.set("contrast_with", pairWith(compared, side, name));
    }),
    listen(
      take,
      "click",
      doAndClose((it) => takeCells(model, view, takenCells(cells.peek(), side), it)),
    ),
    listen(
      add,
      "click",
      doAndClose(({ name }) => model.keepPhrases("selection", name)),
    ),
    listen(
      remove,
      "click",
      doAndClose(({ name }) => model.removePhrases(name)),
    ),
    listen(
      rename,
      "click",
      doAndClose(({ name }) => {
        field.value = name;
        field.hidden = false;
        menu.hidden = true;
        field.focus();
        field.select();
      }),
    ),
    listen(field, "keydown", (event) => {
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      leaveField(event.key === "Enter");
    }),
    listen(field, "blur", () => leaveField(true)),
    actOnPhrases(list, model, view),
    closeMenu(more, summary),
  );
  return { element, dispose };
}

/** A click goes to a phrase, a double click or S selects it; pointing at it marks its first step. */
function actOnPhrases(list: HTMLElement, model: Model, view: ViewState): () => void {
  const point = (event: Event) => {
    view.hoveredStep.value = rangeOf(event.target)?.[0] ?? null;
  };
  const leave = () => {
    view.hoveredStep.value = null;
  };
  return all(
    listen(list, "pointerover", point),
    listen(list, "pointerleave", leave),
    listen(list, "focusin", point),
    listen(list, "focusout", leave),
    listen(list, "click", (event) => {
      const phrase = rangeOf(event.target);
      if (phrase) showPhrase(model, view, phrase);
    }),
    listen(list, "dblclick", (event) => {
      const phrase = rangeOf(event.target);
      if (phrase) selectPhrase(model, view, phrase);
    }),
    listen(list, "keydown", (event) => {
      const phrase = rangeOf(event.target);
      if (!phrase || hasModifier(event) || event.key.toLowerCase() !== "s") return;
      event.preventDefault();
      selectPhrase(model, view, phrase);
    }),
  );
}

function rangeOf(target: EventTarget | null): Range | null {
  const line = target instanceof Element ? target.closest<HTMLElement>("[data-range]") : null;
  const [start, stop] = (line?.dataset.range ?? "").split("-").map(Number);
  return start === undefined || stop === undefined ? null : [start, stop];
}

function drawPhrases(lines: HTMLElement, left: HTMLElement, set: PhraseSet | null): void {
  const phrases = set?.phrases ?? [];
  const unsent = (set?.count ?? 0) - phrases.length;
  setText(left, `and ${formatCount(unsent)} more`);
  left.hidden = unsent <= 0;
  pool(lines, phrases.length, createLine).forEach((line, i) => {
    const [start, stop] = phrases[i] as Range;
    const [before, found] = line.children as unknown as [HTMLElement, HTMLElement];
    const [earlier, phrase, later] = set?.lines[i] ?? ["", "", ""];
    line.dataset.range = `${start}-${stop}`;
    setAttribute(line, "title", `step ${formatCount(start)}; double click or S: select it`);
    setText(before.firstElementChild as Element, earlier);
    setText(found.firstElementChild as Element, phrase);
    setText(found.lastElementChild as Element, later);
  });
}

function createLine(): HTMLElement {
  const text = (tag: "span" | "strong") => create(tag, "", { dir: "auto" });
  return create(
    "button",
    "lv-phrase",
    { type: "button", "data-part": "phrase" },
    create("span", "lv-phrase-before", {}, text("span")),
    create("span", "lv-phrase-after", {}, text("strong"), " ", text("span")),
  );
}
