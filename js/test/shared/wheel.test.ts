import { expect, test } from "vitest";
import { sidewaysTurn, zoomFactor } from "../../src/shared/wheel";

const STILL = { deltaX: 0, deltaY: 0, deltaMode: 0, shiftKey: false, ctrlKey: false, metaKey: false };

test("a notch zooms by a quarter, and back", () => {
  expect(zoomFactor({ deltaY: -100, deltaMode: 0 })).toBeCloseTo(1.25);
  expect(zoomFactor({ deltaY: 100, deltaMode: 0 })).toBeCloseTo(0.8);
  expect(zoomFactor({ deltaY: -3, deltaMode: 1 })).toBeCloseTo(1.25, 1);
});

test("a wheel is turned sideways by a touchpad, or with Shift", () => {
  expect(sidewaysTurn({ ...STILL, deltaX: 45, deltaY: 20 }, 30)).toBe(1.5);
  expect(sidewaysTurn({ ...STILL, deltaY: -60, shiftKey: true }, 30)).toBe(-2);
  expect(sidewaysTurn({ ...STILL, deltaX: 60, deltaY: 90, shiftKey: true }, 30)).toBe(2);
});

test("a line counts as one unit", () => {
  expect(sidewaysTurn({ ...STILL, deltaX: 3, deltaMode: 1 }, 30)).toBe(3);
});

test("a wheel that scrolls the page or zooms is not turned sideways", () => {
  expect(sidewaysTurn({ ...STILL, deltaX: 20, deltaY: 45 }, 30)).toBeNull();
  expect(sidewaysTurn({ ...STILL, shiftKey: true }, 30)).toBeNull();
  expect(sidewaysTurn({ ...STILL, deltaX: 45, ctrlKey: true }, 30)).toBeNull();
  expect(sidewaysTurn({ ...STILL, deltaX: 45, metaKey: true }, 30)).toBeNull();
});
