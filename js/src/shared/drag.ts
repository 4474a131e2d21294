import { listen } from "./dom";

export interface Drag {
  move(event: PointerEvent): void;
  end(): void;
  /** Escape was pressed, or the browser took the pointer away. */
  cancel(): void;
}

/**
 * Call `begin` when a pointer is pressed on `target`. The drag that it returns follows the pointer until it is
 * released.
 */
export function onDrag(target: HTMLElement, begin: (event: PointerEvent) => Drag | null): () => void {
  let finish: ((how: "end" | "cancel") => void) | null = null;

  const stopListening = listen(target, "pointerdown", (down) => {
    if (down.button !== 0 || finish) return;
    const drag = begin(down);
    if (!drag) return;
    down.preventDefault();
    target.setPointerCapture(down.pointerId);
    const mine = (event: PointerEvent) => event.pointerId === down.pointerId;
    const stop = [
      listen(target, "pointermove", (event) => mine(event) && drag.move(event)),
      listen(target, "pointerup", (event) => mine(event) && finish?.("end")),
      listen(target, "lostpointercapture", (event) => mine(event) && finish?.("end")),
      // With a second finger the gesture is a pinch.
      listen(target, "pointerdown", (event) => {
        if (!mine(event) && event.pointerType === "touch") finish?.("cancel");
      }),
      listen(target, "pointercancel", (event) => mine(event) && finish?.("cancel")),
      listen(
        target.ownerDocument,
        "keydown",
        (event) => {
          if (event.key !== "Escape") return;
          event.preventDefault();
          event.stopPropagation();
          finish?.("cancel");
        },
        { capture: true },
      ),
    ];
    finish = (how) => {
      finish = null;
      for (const each of stop) each();
      if (target.hasPointerCapture(down.pointerId)) target.releasePointerCapture(down.pointerId);
      drag[how]();
    };
  });

  return () => {
    stopListening();
    finish?.("cancel");
  };
}
