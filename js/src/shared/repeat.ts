/**
 * Call `act` in an animation frame each time `interval` milliseconds have passed. Returns a function that stops it.
 */
export function repeatOnFrames(interval: number, act: () => void): () => void {
  let last: number | null = null;
  let frame = requestAnimationFrame(function next(now) {
    frame = requestAnimationFrame(next);
    last ??= now;
    if (now - last < interval) return;
    // A late frame shortens the next wait, but never by more than one interval.
    last = Math.max(last + interval, now - interval);
    act();
  });
  return () => cancelAnimationFrame(frame);
}
