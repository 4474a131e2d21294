import { vi } from "vitest";

/** Makes `colorBytes` read a colour such as "10", which is a number here, as the red of an opaque pixel. */
export function fakeColors(): void {
  const context = {
    fillStyle: "",
    fillRect: () => undefined,
    getImageData: () => ({ data: Uint8ClampedArray.of(Number(context.fillStyle), 0, 0, 255) }),
  };
  vi.stubGlobal("document", { createElement: () => ({ getContext: () => context }) });
}
