import { all, listen } from "./dom";
import { clamp } from "./numbers";
import { scaleOf } from "./place";

/** Beyond these, a canvas would be too coarse, or take more memory than its sharpness is worth. */
const RATIOS = [0.5, 4] as const;

/** Those who follow a size, to be told when canvases are to be drawn finer. */
const followers = new Map<HTMLElement, () => void>();
let finer: HTMLElement | null = null;

/** Have the canvases in `root` drawn anew with more pixels, two to a pixel of the page at least, until the result is called. */
export function drawFiner(root: HTMLElement): () => void {
  const tell = () => {
    for (const [element, again] of followers) if (root.contains(element)) again();
  };
  finer = root;
  tell();
  return () => {
    finer = null;
    tell();
  };
}

/**
 * Call `measure` now and whenever the size of `element` may have changed, or how large the host shows it. `ratio` is
 * the number of device pixels to a pixel of the element: a canvas with as many is sharp.
 */
export function followSize(element: HTMLElement, measure: (ratio: number) => void): () => void {
  const again = () => measure(pixelRatio(element));
  // A host that scales its slides to the window may do so after this has heard of the new size.
  const soon = () => {
    again();
    requestAnimationFrame(again);
  };
  again();
  const observer = new ResizeObserver(again);
  observer.observe(element);
  followers.set(element, again);
  return all(
    () => observer.disconnect(),
    () => followers.delete(element),
    listen(window, "resize", soon),
    // No event tells of a new scale. The end of a transition may bring one, and a pointer needs the right one.
    listen(document, "transitionend", again),
    listen(element, "pointerenter", again),
    followScreen(again),
  );
}

function pixelRatio(element: HTMLElement): number {
  const ratio = clamp((devicePixelRatio || 1) * Math.max(...scaleOf(element)), ...RATIOS);
  // Another ratio than before, if hardly, so that everything is drawn.
  return finer?.contains(element) ? Math.max(2, ratio * 1.0001) : ratio;
}

/** Call `changed` when the window has moved to a screen with other pixels. */
function followScreen(changed: () => void): () => void {
  let stop = () => {};
  const watch = () => {
    const query = matchMedia(`(resolution: ${devicePixelRatio || 1}dppx)`);
    stop = listen(query, "change" as "input", () => {
      stop();
      watch();
      changed();
    });
  };
  watch();
  return () => stop();
}
