/** Put a mark over a part of a chart, or hide it; `height` null: the style sheet says. */
export function placeMark(
  mark: HTMLElement,
  extent: { left: number; width: number } | null,
  height: number | null,
): void {
  mark.hidden = extent === null;
  if (!extent) return;
  mark.style.transform = `translateX(${extent.left.toFixed(2)}px)`;
  mark.style.width = `${Math.max(2, extent.width).toFixed(2)}px`;
  if (height !== null) mark.style.height = `${height}px`;
}
