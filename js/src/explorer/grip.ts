import { all, create, listen, setAttribute } from "../shared/dom";
import { onDrag } from "../shared/drag";
import { drawOnFrame } from "../shared/frame";
import { hasModifier } from "../shared/keys";
import { clamp } from "../shared/numbers";
import { placeIn } from "../shared/place";
import type { Model } from "./model";
import { HEIGHTS, USUAL_HEIGHT } from "./time/layout";

/** How far an arrow key and a page key move the edge, in pixels. */
const SMALL = 20;
const LARGE = 100;

/** The lower edge of the page. Dragged, or moved with keys, it sets the height; a double click sets the usual one. */
export function mountGrip(root: HTMLElement, host: HTMLElement, model: Model): () => void {
  const title = "height of the view: drag, or use the arrow keys; a double click restores it";
  const grip = create("div", "lv-grip-handle", {
    ...{ "data-part": "grip", role: "separator", tabindex: "0", title },
    ...{ "aria-label": "height of the view", "aria-orientation": "horizontal" },
    ...{ "aria-valuemin": String(HEIGHTS[0]), "aria-valuemax": String(HEIGHTS[1]) },
  });
  host.append(grip);
  const set = (height: number) => model.set("height", clamp(Math.round(height), ...HEIGHTS));
  return all(
    drawOnFrame(() => setAttribute(grip, "aria-valuenow", String(Math.round(model.height.value)))),
    onDrag(grip, (down) => {
      const before = model.height.peek();
      const [, from] = placeIn(root, down);
      const release = model.hold("height");
      return {
        move: (event) => set(before + placeIn(root, event)[1] - from),
        end: release,
        cancel: () => {
          set(before);
          release();
        },
      };
    }),
    listen(grip, "dblclick", () => set(USUAL_HEIGHT)),
    listen(grip, "keydown", (event) => {
      const by = hasModifier(event) ? null : moveOf(event.key);
      if (by === null) return;
      event.preventDefault();
      set(model.height.peek() + by);
    }),
    () => grip.remove(),
  );
}

/** How far a key moves the edge down, in pixels; null for any other key. */
export function moveOf(key: string): number | null {
  const moves: Record<string, number> = {
    ArrowDown: SMALL,
    ArrowUp: -SMALL,
    PageDown: LARGE,
    PageUp: -LARGE,
  };
  return moves[key] ?? null;
}
