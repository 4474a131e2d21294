import { effect, signal } from "@preact/signals-core";

/** Draw now, and again in the next animation frame whenever a signal that `draw` read has changed. */
export function drawOnFrame(draw: () => void): () => void {
  const tick = signal(0);
  let due = true;
  let frame = 0;
  const stop = effect(() => {
    tick.value;
    if (due) {
      due = false;
      draw();
      return;
    }
    // A signal changed between frames. This run reads nothing else, so further changes cost nothing until the frame.
    frame ||= requestAnimationFrame(() => {
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
