/** `WheelEvent.DOM_DELTA_PIXEL`; other modes count lines or pages. */
const PIXEL_MODE = 0;
const LINE_PIXELS = 33;
/** A notch of a mouse wheel, 100 pixels, zooms by a quarter. */
const ZOOM_RATE = Math.log(1.25) / 100;

/** By what factor a turn of the wheel zooms in. */
export function zoomFactor({ deltaY, deltaMode }: Pick<WheelEvent, "deltaY" | "deltaMode">): number {
  return Math.exp(-deltaY * (deltaMode === PIXEL_MODE ? 1 : LINE_PIXELS) * ZOOM_RATE);
}

type Turn = Pick<WheelEvent, "deltaX" | "deltaY" | "deltaMode" | "shiftKey" | "ctrlKey" | "metaKey">;

/**
 * How far a wheel was turned sideways (with Shift, or on a touchpad), in units of `unit` pixels. A line counts as one
 * unit. null if it was not turned sideways.
 */
export function sidewaysTurn(turn: Turn, unit: number): number | null {
  const { deltaX, deltaY, deltaMode, shiftKey } = turn;
  const isSideways = shiftKey || Math.abs(deltaX) > Math.abs(deltaY);
  const sideways = shiftKey && deltaX === 0 ? deltaY : deltaX;
  if (!isSideways || sideways === 0 || turn.ctrlKey || turn.metaKey) return null;
  return deltaMode === PIXEL_MODE ? sideways / unit : sideways;
}
