import { all, create, listen, setText } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import { needsPython } from "../../shared/needs_python";
import { formatCount } from "../../shared/text";
import type { Model } from "../model";

const STEPS = [50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000];

/** At the end of the list, where there are more matches than it holds: a button that makes it longer. */
export function mountMoreMatches(model: Model) {
  const element = needsPython(create("button", "lv-more", { "data-part": "more-matches", type: "button" }));
  const next = () => STEPS.find((step) => step > model.k.value);
  const dispose = all(
    drawOnFrame(() => {
      const shown = model.matches.value.start.length;
      const candidates = model._n_candidates.value;
      const to = next();
      element.hidden =
        to === undefined || shown < model.k.value || (candidates !== null && candidates <= shown);
      setText(element, `show ${formatCount(to ?? 0)} matches`);
    }),
    listen(element, "click", () => model.set("k", next() ?? model.k.peek())),
  );
  return { element, dispose };
}
