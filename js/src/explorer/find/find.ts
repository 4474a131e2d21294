import { effect, signal } from "@preact/signals-core";
import { all, create, listen, setAttribute, setText } from "../../shared/dom";
import { followSize } from "../../shared/follow_size";
import { drawOnFrame } from "../../shared/frame";
import { needsPython } from "../../shared/needs_python";
import { createTypedText } from "../../shared/typed_text";
import { mountKeepHits } from "../contrast/keep";
import type { Model } from "../model";
import { positionShowing } from "../time/layout";
import { containsRange } from "../time/ranges";
import type { ViewState } from "../view_state";
import { mountFindList } from "./find_list";
import { anchorHint, hitCount, hitFrom, hitRange, isCurrent } from "./hits";

/** A field that finds phrases and goes from hit to hit. */
export function mountFind(model: Model, view: ViewState) {
  const field = create("input", "lv-field lv-find-field", {
    "data-part": "find",
    type: "text",
    placeholder: "find phrase or /regex/",
    title:
      "Finds whole words as the text reads, or a /regex/, in which ^ and $ are the ends of the text and \\b those of a " +
      "word. Enter: next, Shift-Enter: previous, Alt-Enter: select all hits, arrow down: list of the hits",
    autocomplete: "off",
    spellcheck: "false",
    "aria-label": "find a phrase, or a regular expression between slashes",
  });
  const matchCase = create("button", "lv-button lv-icon", {
    "data-part": "find-case",
    type: "button",
    title: "tell upper and lower case apart",
    "aria-label": "tell upper and lower case apart",
  });
  needsPython(field);
  needsPython(matchCase).textContent = "Aa";
  const count = create("span", "lv-find-count", { "data-part": "find-count", role: "status" });
  const listed = create(
    "button",
    "lv-find-listed",
    { "data-part": "find-open", type: "button", tabindex: "-1", title: "list of the hits" },
    count,
  );
  const error = create("div", "lv-find-error", { "data-part": "find-error" });
  const typed = signal("");
  const typing = createTypedText(field, () => model.find_text.value);
  const stepping = stepThroughHits(model, view);
  const keep = mountKeepHits(model);
  const list = mountFindList(
    { field, button: listed, go: stepping.go, selectAll: stepping.selectAll },
    model,
  );
  const box = create("div", "lv-find-box", {}, field, listed, error, list.element);
  const element = create("div", "lv-group lv-find", { role: "search" }, box, matchCase, keep.element);

  const dispose = all(
    drawOnFrame(() => {
      typing.follow();
      typed.value = field.value;
    }),
    drawOnFrame(() => setAttribute(matchCase, "aria-pressed", String(model.find_match_case.value))),
    drawOnFrame(() => {
      // What is said beside the field is about what stands in it.
      const isCurrent = typed.value === model.find_text.value;
      const hits = isCurrent ? model._find_hits.value : null;
      const hit = model._find_hit.value;
      const text = isCurrent ? hitCount(typed.value, hits, hit, model.live.value) : "";
      setText(count, text);
      count.hidden = text === "";
      listed.hidden = text === "";
      listed.disabled = !hits || hits.count === 0;
      const wrong = hits?.error ?? "";
      setText(error, wrong || anchorHint(typed.value, hits));
      error.hidden = error.textContent === "";
      setAttribute(field, "aria-invalid", wrong === "" ? null : "true");
    }),
    // The count stands in the field: its width is known once the page has given it room, which may be later.
    followSize(listed, () => {
      field.style.paddingRight = listed.offsetWidth > 0 ? `${listed.offsetWidth + 8}px` : "";
    }),
    listen(field, "input", () => {
      typed.value = field.value;
      if (field.value.trim() === "") model.set("find_text", "");
    }),
    listen(field, "keydown", (event) => {
      const isSame = field.value === model.find_text.peek();
      if ((event.key.startsWith("Arrow") || isSame) && list.press(event)) {
        event.preventDefault();
        if (!isSame) model.set("find_text", field.value);
      } else if (event.key === "Enter") {
        event.preventDefault();
        model.set("find_text", field.value);
        typing.show();
        if (event.altKey) stepping.selectAll();
        else stepping.step(event.shiftKey ? -1 : 1);
      } else if (event.key === "Escape" && field.value !== "") {
        event.preventDefault();
        field.value = "";
        typed.value = "";
        model.set("find_text", "");
      }
    }),
    listen(matchCase, "click", () => model.set("find_match_case", !model.find_match_case.peek())),
    list.dispose,
    keep.dispose,
    stepping.dispose,
  );
  return { element, dispose };
}

/**
 * Go from hit to hit, or select all of them. This waits until the hits of the present search, and the place of the next hit, have been sent.
 */
export function stepThroughHits(model: Model, view: ViewState) {
  const wanted = signal<1 | -1 | null>(null);
  const going = signal<number | null>(null);
  const allWanted = signal(false);
  const go = (to: number | null) => {
    model.set("_find_hit", to);
    going.value = to;
  };
  const dispose = all(
    effect(() => {
      const direction = wanted.value;
      const hits = model._find_hits.value;
      if (direction === null || !hits || !isCurrent(hits, model)) return;
      wanted.value = null;
      go(hitFrom(hits, model._find_hit.peek(), direction));
    }),
    effect(() => {
      const hits = model._find_hits.value;
      if (!allWanted.value || !hits || !isCurrent(hits, model)) return;
      allWanted.value = false;
      if (hits.count > 0) model.changeRanges("hits");
    }),
    effect(() => {
      const range = hitRange(model._find_hits.value, going.value);
      if (!range) return;
      going.value = null;
      if (containsRange(view.visible.peek(), range)) return;
      view.moveTo(positionShowing(range, model._steps.peek(), view.visibleSteps.peek()));
    }),
  );
  return {
    step(direction: 1 | -1) {
      wanted.value = model.find_text.peek().trim() === "" ? null : direction;
    },
    /** Select all hits together. */
    selectAll() {
      allWanted.value = model.find_text.peek().trim() !== "";
    },
    go,
    dispose,
  };
}
