import { effect, signal } from "@preact/signals-core";
import { all, create, listen, setAttribute, setText } from "../dom";
import { hitCount, hitFrom, hitRange } from "../find";
import { drawOnFrame } from "../frame";
import { positionShowing } from "../layout";
import type { Model } from "../model";
import type { Own } from "../own";
import { containsRange } from "../snap";

/** A field that finds phrases and goes from hit to hit. */
export function mountFind(model: Model, own: Own) {
  const field = create("input", "lv-field lv-find-field", {
    "data-part": "find",
    type: "text",
    placeholder: "find phrase or /regex/",
    title: "Enter: next, Shift-Enter: previous",
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
  matchCase.textContent = "Aa";
  const count = create("span", "lv-find-count", { "data-part": "find-count", role: "status" });
  const error = create("div", "lv-find-error", { "data-part": "find-error" });
  const box = create("div", "lv-find-box", {}, field, count, error);
  const element = create("div", "lv-group lv-find", { role: "search" }, box, matchCase);
  const stepping = stepThroughHits(model, own);

  const dispose = all(
    drawOnFrame(() => {
      field.value = model.find_text.value;
    }),
    drawOnFrame(() => setAttribute(matchCase, "aria-pressed", String(model.find_match_case.value))),
    drawOnFrame(() => {
      const hits = model._find_hits.value;
      const text = hitCount(model.find_text.value, hits, model._find_hit.value);
      setText(count, text);
      count.hidden = text === "";
      field.style.paddingRight = text === "" ? "" : `${count.offsetWidth + 14}px`;
      setText(error, hits?.error ?? "");
      error.hidden = error.textContent === "";
      setAttribute(field, "aria-invalid", error.hidden ? null : "true");
    }),
    listen(field, "keydown", (event) => {
      if (event.key === "Enter") {
        event.preventDefault();
        model.set("find_text", field.value);
        stepping.step(event.shiftKey ? -1 : 1);
      } else if (event.key === "Escape" && field.value !== "") {
        event.preventDefault();
        field.value = "";
        model.set("find_text", "");
      }
    }),
    listen(matchCase, "click", () => model.set("find_match_case", !model.find_match_case.peek())),
    stepping.dispose,
  );
  return { element, dispose };
}

/** Steps wait for the hits of what is looked for, and the way to a hit for where it stands. */
function stepThroughHits(model: Model, own: Own) {
  const wanted = signal<1 | -1 | null>(null);
  const going = signal<number | null>(null);
  const dispose = all(
    effect(() => {
      const direction = wanted.value;
      const hits = model._find_hits.value;
      const isCurrent =
        hits?.text === model.find_text.value && hits.match_case === model.find_match_case.value;
      if (direction === null || !hits || !isCurrent) return;
      wanted.value = null;
      const to = hitFrom(hits, model._find_hit.peek(), direction);
      model.set("_find_hit", to);
      going.value = to;
    }),
    effect(() => {
      const range = hitRange(model._find_hits.value, going.value);
      if (!range) return;
      going.value = null;
      if (containsRange(own.visible.peek(), range)) return;
      own.moveTo(positionShowing(range, model._steps.peek(), own.visibleSteps.peek()));
    }),
  );
  return {
    step(direction: 1 | -1) {
      wanted.value = model.find_text.peek().trim() === "" ? null : direction;
    },
    dispose,
  };
}
