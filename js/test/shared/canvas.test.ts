import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createLayer, sized } from "../../src/shared/canvas";

/** A canvas that counts how often it is cleared. */
function fakeCanvas() {
  const context = { clearRect: vi.fn(), setTransform: vi.fn() };
  return { width: 0, height: 0, context, getContext: () => context };
}

type Canvas = Parameters<typeof sized>[0];

describe("a layer", () => {
  beforeEach(() => {
    vi.stubGlobal("document", { createElement: fakeCanvas });
  });

  afterEach(() => {
    vi.unstubAllGlobals();
  });

  test("is drawn again where a part of its key differs", () => {
    const layer = createLayer();
    const draw = vi.fn();
    const values = [1, 2];
    const update = (...key: unknown[]) => layer.update(key, 10, 10, draw);
    expect([update(values, 1), update(values, 1), update(values, 2), update([1, 2], 2)]).toEqual([
      true,
      false,
      true,
      true,
    ]);
    expect(update([1, 2], 2, 3)).toBe(true);
    expect(update(Number.NaN)).toBe(true);
    expect(update(Number.NaN)).toBe(false);
    expect(draw).toHaveBeenCalledTimes(5);
  });
});

test("a canvas of another size is cleared by that alone", () => {
  const canvas = fakeCanvas();
  sized(canvas as unknown as Canvas, 20, 30);
  expect([canvas.width, canvas.height]).toEqual([20, 30]);
  expect(canvas.context.clearRect).not.toHaveBeenCalled();
  sized(canvas as unknown as Canvas, 20, 30);
  expect(canvas.context.clearRect).toHaveBeenCalledWith(0, 0, 20, 30);
});
