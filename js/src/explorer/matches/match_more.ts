import { all, create, listen, setText } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import { needsPython } from "../../shared/needs_python";
import { formatCount } from "../../shared/text";
import type { Model } from "../model";

const STEPS = [50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000];

/** At the end of the list, where there are more matches than it holds: a button that makes it longer. */
export function mountMoreMatches(model: Model) {
  const element = needsPython(create("button", "lv-more", { "data-part": "more-matches", type: "button" }));
  const dispose = all(
    drawOnFrame(() => {
      const shown = model.matches.value.start.length;
      const to = nextCount(model.k.value, shown, model._n_candidates.value);
      element.hidden = to === null;
      setText(element, `show ${formatCount(to ?? 0)} matches`);
    }),
    listen(element, "click", () => model.set("k", stepAfter(model.k.peek()) ?? model.k.peek())),
  );
  return { element, dispose };
}

function stepAfter(k: number): number | undefined {
  return STEPS.find((step) => step > k);
}

/**
 * How many matches the list could hold next, where it holds at most `k` and shows so many of the candidates, whose number
 * may not be known yet; null where there are no more.
 */
export function nextCount(k: number, shown: number, candidates: number | null): number | null {
  const isFull = shown >= k && (candidates === null || candidates > shown);
  return isFull ? (stepAfter(k) ?? null) : null;
}
