/// <reference types="vite/client" />
import { describe, expect, test } from "vitest";
import { frameWithin, placeIn, scaleOf, shareAcross } from "../../src/shared/place";

/** An element of 600 × 300 pixels of its own, which takes this box of the window. */
function shownAs(left: number, top: number, width: number, height: number): HTMLElement {
  const box = { left, top, width, height, right: left + width, bottom: top + height };
  return { offsetWidth: 600, offsetHeight: 300, getBoundingClientRect: () => box } as unknown as HTMLElement;
}

describe("an element that the host shows at 0.5 and 2 of its size", () => {
  const shown = shownAs(100, 40, 300, 600);

  test("has places in its own pixels", () => {
    expect(scaleOf(shown)).toEqual([0.5, 2]);
    expect(placeIn(shown, { clientX: 250, clientY: 240 })).toEqual([300, 100]);
    expect(shareAcross(shown, { clientX: 175, clientY: 0 })).toBe(0.25);
  });

  test("has others in it in its own pixels", () => {
    const inside = shownAs(150, 60, 50, 20);
    const expected = { left: 100, top: 10, right: 200, bottom: 20, width: 100, height: 10 };
    expect(frameWithin(shown, inside)).toEqual(expected);
  });
});

test("a size that the browser has rounded is no scale", () => {
  expect(scaleOf(shownAs(0, 0, 600.4, 299.6))).toEqual([1, 1]);
  expect(placeIn(shownAs(0.25, 0, 600.4, 299.6), { clientX: 599.25, clientY: 7 })).toEqual([599, 7]);
});

test("what is hidden has no scale", () => {
  expect(scaleOf(shownAs(0, 0, 0, 0))).toEqual([1, 1]);
});

test("only one file asks where a pointer or a box is in the window, and how large its pixels are", () => {
  const sources = import.meta.glob<string>("../../src/**/*.ts", {
    query: "?raw",
    import: "default",
    eager: true,
  });
  const readers = (words: RegExp) =>
    Object.entries(sources)
      .filter(([, text]) => words.test(text))
      .map(([path]) => path.replace("../../src/", ""));
  const places =
    /\b(client[XY]|page[XY]|screen[XY]|offset[XY]|layer[XY]|movement[XY]|getBoundingClientRect|getClientRects)\b/;
  expect(readers(places)).toEqual(["shared/place.ts"]);
  expect(readers(/\bdevicePixelRatio\b/)).toEqual(["shared/follow_size.ts"]);
});
