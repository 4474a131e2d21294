/** `WheelEvent.DOM_DELTA_PIXEL`; other modes count lines or pages. */
const PIXEL_MODE = 0;
const LINE_PIXELS = 33;
/** A notch of a mouse wheel, 100 pixels, zooms by a quarter. */
const ZOOM_RATE = Math.log(1.25) / 100;

/** How many times nearer a turn of the wheel goes. */
export function zoomFactor({ deltaY, deltaMode }: Pick<WheelEvent, "deltaY" | "deltaMode">): number {
  return Math.exp(-deltaY * (deltaMode === PIXEL_MODE ? 1 : LINE_PIXELS) * ZOOM_RATE);
}

type Turn = Pick<WheelEvent, "deltaX" | "deltaY" | "deltaMode" | "shiftKey" | "ctrlKey" | "metaKey">;

/**
 * How many units of `unit` pixels a wheel was turned sideways, which is with Shift or by a touchpad; a line counts as one
 * unit. Null where it was turned otherwise.
 */
export function sidewaysTurn(turn: Turn, unit: number): number | null {
  const { deltaX, deltaY, deltaMode, shiftKey } = turn;
  const isSideways = shiftKey || Math.abs(deltaX) > Math.abs(deltaY);
  const sideways = shiftKey && deltaX === 0 ? deltaY : deltaX;
  if (!isSideways || sideways === 0 || turn.ctrlKey || turn.metaKey) return null;
  return deltaMode === PIXEL_MODE ? sideways / unit : sideways;
}
