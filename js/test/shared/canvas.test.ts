/// <reference types="vite/client" />
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createLayer, createPath, sized, watchDrawing } from "../../src/shared/canvas";

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

describe("whoever watches", () => {
  afterEach(() => watchDrawing(null));

  test("draws in the place of contexts and paths", () => {
    const [own, path] = [{} as CanvasRenderingContext2D, {} as Path2D];
    const given: unknown[] = [];
    watchDrawing({
      context(context) {
        given.push(context);
        return own;
      },
      path: () => path,
    });
    const canvas = fakeCanvas();
    expect(sized(canvas as unknown as Canvas, 10, 10)).toBe(own);
    expect(given).toEqual([canvas.context]);
    expect(createPath()).toBe(path);
    watchDrawing(null);
    expect(sized(canvas as unknown as Canvas, 10, 10)).toBe(canvas.context);
  });

  test("sees every path: no other file makes its own", () => {
    const sources = import.meta.glob<string>("../../src/**/*.ts", {
      query: "?raw",
      import: "default",
      eager: true,
    });
    const makers = Object.entries(sources).filter(([, text]) => text.includes("new Path2D"));
    expect(makers.map(([path]) => path.replace("../../src/", "")).sort()).toEqual([
      "shared/canvas.ts",
      "shared/picture/sketch.ts",
    ]);
  });
});
