import { expect, test } from "vitest";
import { matrixText, placeOfRow, rowsFor, rowUnder } from "../../../src/sequences/current/matrix";
import type { CurrentWords } from "../../../src/sequences/current/words";
import type { Track } from "../../../src/shared/track";
import { currentPage } from "./fixtures";

const many = (classes: number): Track => ({
  ...{ name: "many", kind: "output", classes },
  labels: Array.from({ length: classes }, (_, i) => `c${i}`),
});

test("a few classes have high rows, and the likeliest one a row below a gap", () => {
  expect(rowsFor(5)).toEqual({ count: 5, height: 14, likeliest: 74, total: 88 });
  expect(rowsFor(13)).toEqual({ count: 13, height: 11, likeliest: 147, total: 158 });
  expect([-3, 0, 13, 14, 69, 71, 74, 300].map((y) => rowUnder(rowsFor(5), y))).toEqual([
    0,
    0,
    0,
    1,
    4,
    null,
    5,
    5,
  ]);
});

test("a row stands for a class, but for that of all others and the likeliest", () => {
  expect([0, 12, 13].map((row) => placeOfRow(many(13), row))).toEqual([0, 12, null]);
  expect([0, 11, 12, 13].map((row) => placeOfRow(many(200), row))).toEqual([0, 11, null, null]);
  expect(placeOfRow({ ...many(3), rows: [2, 0, 1] }, 0)).toBe(2);
});

test("a step is said with its word, its expected class, and the probability of the class pointed at", () => {
  const { model, view } = currentPage();
  const words = model._words.value as CurrentWords;
  expect(matrixText(words, 13, null, view)).toBe("war, new 1.00");
  expect(matrixText(words, 10, 1, view)).toBe("our, old 0.75; p(new) 0.25");
  expect(matrixText(words, 10, 7, view)).toBe("our, old 0.75");
});
