import { all, listen } from "./dom";
import type { Place } from "./place";

/** Closer fingers count as this far apart; otherwise small moves would zoom by leaps. */
const LEAST_DISTANCE = 8;

interface Pinch {
  /** Where a finger is. Coordinates that do not matter for the distance are 0. */
  place: (event: PointerEvent) => Place;
  zoom: (factor: number, middle: Place) => void;
  /** One of two fingers was lifted. */
  lifted?: () => void;
}

/** Two fingers on `target` zoom by how far apart they are, around the middle between them. */
export function onPinch(target: HTMLElement, { place, zoom, lifted }: Pinch): () => void {
  const down = new Map<number, Place>();
  const apart = () => {
    const [[ax, ay], [bx, by]] = [...down.values()] as [Place, Place];
    return {
      distance: Math.max(LEAST_DISTANCE, Math.hypot(ax - bx, ay - by)),
      middle: [(ax + bx) / 2, (ay + by) / 2] as const,
    };
  };
  const lift = (event: PointerEvent) => {
    if (down.delete(event.pointerId) && down.size > 0) lifted?.();
  };
  return all(
    listen(
      target,
      "pointerdown",
      (event) => {
        if (event.pointerType === "touch") down.set(event.pointerId, place(event));
      },
      { capture: true },
    ),
    listen(
      target,
      "pointermove",
      (event) => {
        if (!down.has(event.pointerId)) return;
        const before = down.size === 2 ? apart().distance : null;
        down.set(event.pointerId, place(event));
        if (before === null) return;
        const { distance, middle } = apart();
        // Keep the move from gestures with one pointer.
        event.stopPropagation();
        zoom(distance / before, middle);
      },
      { capture: true },
    ),
    listen(target, "pointerup", lift),
    listen(target, "pointercancel", lift),
  );
}
