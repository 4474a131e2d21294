import { describe, expect, test } from "vitest";
import STRIDES from "../../../../tests/stride_cases.json";
import {
  allowedWidth,
  clampPosition,
  drawnSteps,
  extentInSight,
  labelWidthFor,
  nextWidth,
  pageLength,
  plotHeightIn,
  positionAfter,
  positionShowing,
  smallMove,
  stepAt,
  stepInSight,
  stepsThatFit,
  strideAt,
  wholeWidth,
} from "../../../src/explorer/time/layout";

test("only whole steps fit", () => {
  expect(stepsThatFit(300, 30)).toBe(10);
  expect(stepsThatFit(299, 30)).toBe(9);
  expect(stepsThatFit(20, 30)).toBe(1);
});

test("the label column fits the longest name, within limits that depend on the page", () => {
  expect([20, 80, 400].map((widest) => labelWidthFor(widest, 1000))).toEqual([58, 89, 150]);
  expect(labelWidthFor(400, 500)).toBe(80);
  expect(labelWidthFor(400, 100)).toBe(58);
});

test("the plot takes a part of the height, more of it beside the list", () => {
  expect([300, 760, 4000].map((height) => plotHeightIn(height, false))).toEqual([110, 182, 320]);
  expect(plotHeightIn(760, true)).toBe(380);
});

test("a pixel belongs to the step that is drawn there", () => {
  expect(stepAt(0, 100, 30)).toBe(100);
  expect(stepAt(29.9, 100, 30)).toBe(100);
  expect(stepAt(30, 100, 30)).toBe(101);
});

test("the page never ends after the last step", () => {
  expect(clampPosition(95, 100, 10)).toBe(90);
  expect(clampPosition(-3, 100, 10)).toBe(0);
  expect(clampPosition(5, 4, 10)).toBe(0);
});

test("a match is shown a third from the left, with what comes before it", () => {
  expect(positionShowing([500, 504], 1000, 30)).toBe(490);
  expect(positionShowing([2, 6], 1000, 30)).toBe(0);
});

test("columns are one to two pixels wide, and single steps as long as they are not narrower", () => {
  for (const [width, stride] of STRIDES) expect(strideAt(width as number)).toBe(stride);
  expect([30, 12].map(strideAt)).toEqual([null, null]);
  expect([11.9, 2, 1].map(strideAt)).toEqual([1, 1, 1]);
  expect([0.99, 0.5, 0.49, 0.01].map(strideAt)).toEqual([2, 2, 4, 128]);
  for (const width of [0.9, 0.3, 0.0117, 0.001]) {
    const pixels = (strideAt(width) as number) * width;
    expect(pixels).toBeGreaterThanOrEqual(1);
    expect(pixels).toBeLessThan(2);
  }
});

test("zooming goes by a quarter, in whole pixels down to two, then freely until all steps are in view", () => {
  expect(nextWidth(30, 1, 0.01)).toBe(38);
  expect(nextWidth(3, 1, 0.01)).toBe(4);
  expect(nextWidth(2, -1, 0.01)).toBe(1.6);
  expect(nextWidth(1.9, 1, 0.01)).toBe(2);
  expect(nextWidth(0.011, -1, 0.01)).toBe(0.01);
  expect(nextWidth(200, 1, 0.01)).toBe(200);
  expect(nextWidth(13, -1, 12)).toBe(12);
  let width = 200;
  const widths = [width];
  for (let i = 0; i < 60 && width > 0.01; i++) {
    width = nextWidth(width, -1, 0.01);
    widths.push(width);
  }
  expect(widths.at(-1)).toBe(0.01);
  expect(widths.every((each, i) => i === 0 || each < (widths[i - 1] as number))).toBe(true);
});

test("a width from a wheel is whole from two pixels on and stays within its limits", () => {
  expect(allowedWidth(30.4, 0.01)).toBe(30);
  expect(allowedWidth(1.234, 0.01)).toBe(1.234);
  expect(allowedWidth(0.001, 0.01)).toBe(0.01);
  expect(allowedWidth(1.5, 12)).toBe(12);
  expect(allowedWidth(999, 0.01)).toBe(200);
});

test("all steps fit at the width made for them", () => {
  expect(wholeWidth(58 + 1000, 100_000)).toBeCloseTo(0.01);
  expect(wholeWidth(58 + 1000, 300)).toBe(3);
  expect(wholeWidth(58 + 1000, 2)).toBe(200);
});

test("an arrow key moves a word, or about as far where steps are narrow", () => {
  expect(smallMove(30)).toBe(1);
  expect(smallMove(2)).toBe(6);
  expect(smallMove(0.01)).toBe(1200);
});

test("a point is on a step in sight, or on none", () => {
  expect([0, 29, 30, 299].map((x) => stepInSight(x, [100, 110], 30))).toEqual([100, 100, 101, 109]);
  expect([-1, 300].map((x) => stepInSight(x, [100, 110], 30))).toEqual([null, null]);
  // The last step need not fill the page.
  expect(stepInSight(65, [998, 1000], 30)).toBeNull();
});

describe("a range", () => {
  test("lies where its steps are, with a gap after it", () => {
    expect(extentInSight([103, 105], [100, 110], 30)).toEqual({ left: 90, width: 59 });
  });

  test("is cut where what is in sight ends, and is nowhere outside", () => {
    expect(extentInSight([90, 103], [100, 110], 30)).toEqual({ left: 0, width: 89 });
    expect(extentInSight([108, 200], [100, 110], 30)).toEqual({ left: 240, width: 59 });
    expect(extentInSight([90, 100], [100, 110], 30)).toBeNull();
    expect(extentInSight([110, 111], [100, 110], 30)).toBeNull();
  });

  test("of narrow steps has no gap, and is at least as wide as asked for", () => {
    expect(extentInSight([103, 104], [100, 110], 3)).toEqual({ left: 9, width: 3 });
    expect(extentInSight([103, 104], [100, 110], 0.5, 2)).toEqual({ left: 1.5, width: 2 });
  });
});

test("keys move along time by a step, by a page, or to an end", () => {
  const along = { position: 50, step: 2, page: 20, steps: 900 };
  const keys = ["ArrowLeft", "ArrowRight", "PageUp", "PageDown", "Home", "End", "ArrowUp"];
  expect(keys.map((key) => positionAfter(key, along))).toEqual([48, 52, 30, 70, 0, 900, null]);
});

test("a page moves by a little less than what is in sight, so that one finds where one was", () => {
  expect([2, 10, 40, 1000].map(pageLength)).toEqual([1, 8, 38, 980]);
});

test("the lines reach from one step before what is in sight to one after, as far as there are values", () => {
  expect(drawnSteps({ start: 90, stop: 200 }, [100, 110])).toEqual([99, 111]);
  expect(drawnSteps({ start: 100, stop: 110 }, [100, 110])).toEqual([100, 110]);
});
