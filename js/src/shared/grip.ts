import type { ReadonlySignal } from "@preact/signals-core";
import { all, create, listen, setAttribute } from "./dom";
import { onDrag } from "./drag";
import { drawOnFrame } from "./frame";
import { hasModifier } from "./keys";
import { clamp } from "./numbers";
import { movedDown } from "./place";

/** How far an arrow key and a page key move the edge, in pixels. */
const SMALL = 20;
const LARGE = 100;

/** The height of a page, in pixels. */
interface Height {
  value: ReadonlySignal<number>;
  usual: number;
  limits: readonly [least: number, most: number];
  set: (height: number) => void;
  /** Values that arrive during a drag wait. Returns a function that ends this. */
  hold: () => () => void;
}

/** The lower edge of the page. Dragged, or moved with keys, it sets the height; a double click sets the usual one. */
export function mountGrip(root: HTMLElement, host: HTMLElement, height: Height): () => void {
  const title = "height of the view: drag, or use the arrow keys; a double click restores it";
  const grip = create("div", "lv-grip-handle", {
    ...{ "data-part": "grip", role: "separator", tabindex: "0", title },
    ...{ "aria-label": "height of the view", "aria-orientation": "horizontal" },
    ...{ "aria-valuemin": String(height.limits[0]), "aria-valuemax": String(height.limits[1]) },
  });
  host.append(grip);
  const set = (pixels: number) => height.set(clamp(Math.round(pixels), ...height.limits));
  return all(
    drawOnFrame(() => setAttribute(grip, "aria-valuenow", String(Math.round(height.value.value)))),
    onDrag(grip, (down) => {
      const before = height.value.peek();
      // By how far the pointer moves, not where it is in the page: where that gets lower at the end of what scrolls, the
      // page is moved down, and the edge would run away from the pointer.
      const release = height.hold();
      return {
        move: (event) => set(before + movedDown(root, down, event)),
        end: release,
        cancel: () => {
          set(before);
          release();
        },
      };
    }),
    listen(grip, "dblclick", () => set(height.usual)),
    listen(grip, "keydown", (event) => {
      const by = hasModifier(event) ? null : moveOf(event.key);
      if (by === null) return;
      event.preventDefault();
      set(height.value.peek() + by);
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
