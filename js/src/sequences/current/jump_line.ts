import { all, create, listen, setAttribute, setText } from "../../shared/dom";
import { onDrag } from "../../shared/drag";
import { drawOnFrame } from "../../shared/frame";
import { arrowCount, hasModifier } from "../../shared/keys";
import { clamp, nearestMultiple, nextMultiple } from "../../shared/numbers";
import { placeIn } from "../../shared/place";
import { formatShort } from "../../shared/text";
import type { Model } from "../model";
import { countText } from "./jump_counts";

/** The axis that the line stands on. */
interface Axis {
  /** Its greatest number. */
  most: () => number;
  /** What the line moves by. */
  step: () => number;
  lineAt: (threshold: number, most: number) => number;
  distanceAt: (y: number, most: number) => number;
  /** The line was pressed, and not moved: what lies beneath it was meant. */
  pressed: () => void;
}

/** A press that moves less than this, in pixels, is a click. */
const CLICK = 3;
/** Height of the line's surroundings that can be caught, in pixels; as in the style sheet. */
const CAUGHT = 24;

/** What stands at the line where the threshold lies beyond the axis; else empty. */
export function beyondText(threshold: number, most: number): string {
  if (threshold > most) return `↑ ${formatShort(threshold)}`;
  return threshold < 0 ? `↓ ${formatShort(threshold)}` : "";
}

/** The dashed red line at the threshold of jumps. It can be dragged, and moved with the arrow keys. */
export function mountJumpLine(
  box: HTMLElement,
  { most, step, lineAt, distanceAt, pressed }: Axis,
  model: Model,
): () => void {
  const badge = create("span", "lvs-line-text", { "aria-hidden": "true" });
  const line = create(
    "div",
    "lvs-line",
    {
      "data-part": "jump-threshold-line",
      role: "slider",
      tabindex: "0",
      "aria-label": "threshold of jumps",
      "aria-orientation": "vertical",
      title: "threshold of jumps: drag it, or use the arrow keys; jumps of at least this length are marked",
    },
    badge,
  );
  box.append(line);
  return all(
    drawOnFrame(() => {
      const [threshold, end] = [model.jump_threshold.value, most()];
      const text = formatShort(threshold);
      const distances = model._words.value?.distances;
      const at = Math.round(lineAt(threshold, end));
      // What can be caught of it stays within the chart: above and below are other controls.
      const top = clamp(at - CAUGHT / 2, 0, lineAt(0, end) - CAUGHT);
      line.style.transform = `translateY(${top}px)`;
      line.style.setProperty("--at", `${at - top}px`);
      setText(badge, beyondText(threshold, end));
      setAttribute(line, "aria-valuemin", "0");
      setAttribute(line, "aria-valuemax", String(Math.max(end, threshold)));
      setAttribute(line, "aria-valuenow", String(Math.max(0, threshold)));
      setAttribute(
        line,
        "aria-valuetext",
        distances ? `${text}, ${countText(distances, threshold)} at least as long` : text,
      );
    }),
    onDrag(line, (down) => {
      down.stopPropagation();
      line.focus({ preventScroll: true });
      const before = model.jump_threshold.peek();
      const end = most();
      const [, from] = placeIn(box, down);
      // The line keeps its distance from the pointer.
      const caught = lineAt(before, end) - from;
      const release = model.hold("jump_threshold");
      let moved = false;
      return {
        move(event) {
          const [, y] = placeIn(box, event);
          if (!moved && Math.abs(y - from) < CLICK) return;
          moved = true;
          model.set("jump_threshold", nearestMultiple(distanceAt(y + caught, end), step()));
        },
        end() {
          release();
          if (!moved) pressed();
        },
        cancel() {
          model.set("jump_threshold", before);
          release();
        },
      };
    }),
    listen(line, "keydown", (event) => {
      const count = hasModifier(event) ? null : arrowCount(event.key);
      if (count === null) return;
      event.preventDefault();
      event.stopPropagation();
      model.set("jump_threshold", Math.max(0, nextMultiple(model.jump_threshold.peek(), step(), count)));
    }),
  );
}
