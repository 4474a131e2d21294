import { all, create, listen, setText } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import { needsPython } from "../../shared/needs_python";
import { formatCount } from "../../shared/text";
import type { Model } from "../model";
import { candidatesListed } from "./length_bars";

const STEPS = [50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000];

/** A button at the end of the list that makes it longer, if there are more matches. */
export function mountMoreMatches(model: Model) {
  const element = needsPython(create("button", "lv-more", { "data-part": "more-matches", type: "button" }));
  const dispose = all(
    drawOnFrame(() => {
      const shown = model.matches.value.start.length;
      const to = nextCount(model.k.value, shown, candidatesListed(model));
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
 * How many matches the list can hold next, given that it holds at most `k` and shows `shown` of the candidates (null:
 * not counted yet). Returns null if there are no more.
 */
export function nextCount(k: number, shown: number, candidates: number | null): number | null {
  const isFull = shown >= k && (candidates === null || candidates > shown);
  return isFull ? (stepAfter(k) ?? null) : null;
}
