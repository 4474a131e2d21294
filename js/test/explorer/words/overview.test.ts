import { expect, test } from "vitest";
import {
  dragWindow,
  matchStrengths,
  pressStripKeys,
  windowExtent,
} from "../../../src/explorer/words/overview";
import { dispatch, FakeElement } from "../../shared/fake_element";
import { pageOf } from "../fixtures";

test("the window lies where the steps in view are among all", () => {
  expect(windowExtent([100, 200], 1000, 500)).toEqual({ left: 50, width: 50 });
  expect(windowExtent([900, 1000], 1000, 500)).toEqual({ left: 450, width: 50 });
});

test("a window that would be too narrow to be caught is wider, and still within the strip", () => {
  expect(windowExtent([500, 510], 1000, 100)).toEqual({ left: 46.5, width: 8 });
  expect(windowExtent([0, 10], 1000, 100)).toEqual({ left: 0, width: 8 });
  expect(windowExtent([990, 1000], 1000, 100)).toEqual({ left: 92, width: 8 });
});

function strip(position: number) {
  const page = pageOf({ position });
  const element = new FakeElement();
  element.box = { left: 20, top: 0, width: 500 };
  dragWindow(element.element, page.model, page.view);
  pressStripKeys(element.element, page.model, page.view);
  return { ...page, element };
}

test("a press brings the window to the pointer, and a drag takes it along", () => {
  const { model, element } = strip(0);
  element.send("pointerdown", { clientX: 20 + 250 });
  expect(model.position.value).toBe(495);
  element.send("pointermove", { clientX: 20 + 300 });
  expect(model.position.value).toBe(595);
  dispatch(element.ownerDocument, "keydown", { key: "Escape" });
  expect(model.position.value).toBe(0);
});

test("a window that is caught stays as far from the pointer as it was", () => {
  const { model, element } = strip(400);
  element.matches = (selector) => selector === ".lv-overview-window";
  element.send("pointerdown", { clientX: 20 + 202 });
  expect(model.position.value).toBe(400);
  element.send("pointermove", { clientX: 20 + 203 });
  expect(model.position.value).toBe(402);
});

test("keys move as of any slider", () => {
  const { model, element } = strip(400);
  const after = (key: string) => {
    element.send("keydown", { key });
    return model.position.value;
  };
  expect(["ArrowUp", "ArrowDown", "ArrowRight", "PageUp", "End"].map(after)).toEqual([
    401, 400, 401, 393, 990,
  ]);
});

test("pixels with many matches are darker than others, and a single match can be seen", () => {
  const start = Int32Array.of(0, 100, 101, 102, 103, 999);
  const stop = Int32Array.of(2, 101, 102, 103, 104, 1000);
  const strengths = matchStrengths(start, stop, 0.1, 100);
  expect(strengths[10]).toBeCloseTo(0.9);
  expect(strengths[0]).toBeCloseTo(0.6);
  expect(strengths[99]).toBeCloseTo(0.6);
  expect(strengths.filter((strength) => strength > 0)).toHaveLength(3);
});

test("ten thousand matches leave pixels that differ", () => {
  const start = Array.from({ length: 10_000 }, (_, i) => Math.floor(i ** 2 / 1e5));
  const strengths = matchStrengths(
    start,
    start.map((step) => step + 1),
    0.1,
    100,
  );
  expect(strengths[0]).toBeCloseTo(0.9);
  expect(strengths[90]).toBeLessThan(0.5);
});
