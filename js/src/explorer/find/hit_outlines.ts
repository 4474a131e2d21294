import { all, create, pool } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import type { Model } from "../model";
import type { Range } from "../time/ranges";
import type { ViewState } from "../view_state";
import { hitRange } from "./hits";

/** Outlines over the words that are found: quiet ones, and a stronger one for the hit that is shown. */
export function mountHitOutlines(host: HTMLElement, model: Model, view: ViewState): () => void {
  const others = create("div", "lv-found-all", { "data-part": "found-all", role: "presentation" });
  const shown = create("div", "lv-found", { "data-part": "found", role: "presentation" });
  host.append(others, shown);
  return all(
    drawOnFrame(() => {
      const inSight = model._found_in_view.value.filter((range) => isInSight(range, view));
      const boxes = pool(others, inSight.length, () => create("div", "lv-found-other"));
      boxes.forEach((box, i) => {
        place(box, inSight[i] as Range, model, view);
      });
    }),
    drawOnFrame(() => {
      const range = hitRange(model._find_hits.value, model._find_hit.value);
      shown.hidden = range === null || !isInSight(range, view);
      if (range) place(shown, range, model, view);
    }),
    () => {
      others.remove();
      shown.remove();
    },
  );
}

function isInSight([start, stop]: Range, view: ViewState): boolean {
  const [first, end] = view.visible.value;
  return start < end && stop > first;
}

function place(box: HTMLElement, range: Range, model: Model, view: ViewState): void {
  const [first, end] = view.visible.value;
  const width = model.word_width.value;
  const start = Math.max(range[0], first);
  const stop = Math.min(range[1], end);
  box.style.left = `${(start - first) * width}px`;
  box.style.width = `${Math.max(2, (stop - start) * width - (width > 3 ? 1 : 0))}px`;
}
