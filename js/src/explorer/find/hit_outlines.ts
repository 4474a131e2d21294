import { all, create, pool } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import type { Model } from "../model";
import { type Extent, extentInSight } from "../time/layout";
import type { Range } from "../time/ranges";
import type { ViewState } from "../view_state";
import { hitRange } from "./hits";

/** Least gap between two outlines where steps share columns, in pixels. */
const LEAST_GAP = 3;
/** Least width in pixels, so that an outline can be seen. */
const LEAST_WIDTH = 2;

/** Outlines over the hits among the words; that of the shown hit is stronger. */
export function mountHitOutlines(host: HTMLElement, model: Model, view: ViewState): () => void {
  const others = create("div", "lv-found-all", { "data-part": "found-all", role: "presentation" });
  const shown = create("div", "lv-found", { "data-part": "found", role: "presentation" });
  host.append(others, shown);
  return all(
    drawOnFrame(() => {
      const each = model._found_in_view.value.flatMap((range) => extentOf(range, model, view) ?? []);
      const extents = view.stride.value === null ? each : joined(each);
      const boxes = pool(others, extents.length, () => create("div", "lv-found-other"));
      boxes.forEach((box, i) => {
        place(box, extents[i] as Extent);
      });
    }),
    drawOnFrame(() => {
      const range = hitRange(model._find_hits.value, model._find_hit.value);
      const extent = range && extentOf(range, model, view);
      shown.hidden = extent === null;
      if (extent) place(shown, extent);
    }),
    () => {
      others.remove();
      shown.remove();
    },
  );
}

/** Outlines in ascending order; those that would touch become one, so that many never make a block of lines. */
export function joined(extents: readonly Extent[]): Extent[] {
  const found: Extent[] = [];
  for (const { left, width } of extents) {
    const last = found.at(-1);
    if (last && left - (last.left + last.width) < LEAST_GAP) {
      last.width = Math.max(last.width, left + width - last.left);
    } else found.push({ left, width });
  }
  return found;
}

/** Where the visible part of a hit lies. */
function extentOf(range: Range, model: Model, view: ViewState): Extent | null {
  return extentInSight(range, view.visible.value, model.word_width.value, LEAST_WIDTH);
}

function place(box: HTMLElement, { left, width }: Extent): void {
  box.style.left = `${left}px`;
  box.style.width = `${width}px`;
}
