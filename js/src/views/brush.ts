import { onDrag } from "../drag";
import { stepAt } from "../layout";
import type { Model } from "../model";
import type { Own } from "../own";
import { brushedRange, clamp } from "../snap";

/** Brush whole steps on `target`, whose left edge is the left edge of the first visible step. */
export function brushSteps(target: HTMLElement, model: Model, own: Own): () => void {
  const stepUnder = (event: PointerEvent) => {
    const x = event.clientX - target.getBoundingClientRect().left;
    const [first, end] = own.visible.peek();
    return clamp(stepAt(x, model.position.peek(), model.word_width.peek()), first, end - 1);
  };

  return onDrag(target, (down) => {
    const [first, end] = own.visible.peek();
    if (first >= end || !model.window.peek()) return null;
    target.focus({ preventScroll: true });
    const anchor = stepUnder(down);
    const bounds = own.boundsAround(anchor);
    const before = model.selection.peek();
    const release = model.hold("selection");
    const reach = (step: number) => {
      model.set("selection", brushedRange(anchor, step, bounds));
      own.cursor.value = step;
    };
    reach(anchor);
    return {
      move: (event) => reach(stepUnder(event)),
      end: release,
      cancel: () => {
        model.set("selection", before);
        release();
      },
    };
  });
}
