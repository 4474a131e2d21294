import { expect, test } from "vitest";
import {
  allowedWidth,
  nextWidth,
  smallMove,
  startPixels,
  strideAt,
  wholeWidth,
} from "../../../src/explorer/time/layout";
import { tickInterval, ticksWithin } from "../../../src/explorer/time/ruler";

test("ticks stand at round steps, with room for their numbers", () => {
  expect(tickInterval(10, 76)).toBe(10);
  expect(tickInterval(1, 76)).toBe(100);
  expect(tickInterval(0.01, 76)).toBe(10000);
  expect(tickInterval(200, 76)).toBe(1);
  expect(ticksWithin([95, 310], 100)).toEqual([100, 200, 300]);
});

test("columns are one to two pixels wide, and single steps as long as they are not narrower", () => {
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

test("sequences that start on one pixel are marked once, the first of all not at all", () => {
  expect(startPixels([0, 4, 5, 90, 200], [0, 100], (step) => step / 2)).toEqual([2, 3, 45]);
});
