import { effect, signal } from "@preact/signals-core";
import { all } from "./dom";

/** Draw now, and again in the next animation frame whenever a signal that `draw` read has changed. */
export function drawOnFrame(draw: () => void): () => void {
  return drawOn(draw, true, requestAnimationFrame);
}

/**
 * Draw in the frame after the next one, now and whenever a signal that `draw` read has changed: for what takes long and
 * is not what one looks at first, so that the plot and whatever is being dragged do not wait for it.
 */
export function drawLater(draw: () => void): () => void {
  let frame = 0;
  const stop = drawOn(draw, false, (run) => {
    frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(run);
    });
    return frame;
  });
  return all(stop, () => cancelAnimationFrame(frame));
}

function drawOn(draw: () => void, now: boolean, request: (run: () => void) => number): () => void {
  const tick = signal(0);
  let due = now;
  let frame = 0;
  const stop = effect(() => {
    tick.value;
    if (due) {
      due = false;
      draw();
      return;
    }
    // A signal changed between frames. This run reads nothing else, so further changes cost nothing until the frame.
    frame ||= request(() => {
      frame = 0;
      due = true;
      tick.value++;
    });
  });
  return () => {
    stop();
    cancelAnimationFrame(frame);
  };
}
