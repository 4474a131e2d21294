/** Call `act` in an animation frame each time `interval` milliseconds have passed. Returns what ends that. */
export function repeatOnFrames(interval: number, act: () => void): () => void {
  let last: number | null = null;
  let frame = requestAnimationFrame(function next(now) {
    frame = requestAnimationFrame(next);
    last ??= now;
    if (now - last < interval) return;
    // What the frame came late is made up for, yet never more than one call.
    last = Math.max(last + interval, now - interval);
    act();
  });
  return () => cancelAnimationFrame(frame);
}
