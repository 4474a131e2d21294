import { describe, expect, test } from "vitest";
import { scrollTo, wordAt, wordBeside } from "../../../src/sequences/current/word_places";

const word = (left: number, top: number, width: number) => ({ left, top, width, height: 20 });
/** Two lines of three words, and a last line of one. */
const PLACES = [
  ...[word(0, 0, 30), word(34, 0, 50), word(88, 0, 20)],
  ...[word(0, 26, 80), word(84, 26, 10), word(98, 26, 10)],
  word(0, 52, 40),
];

describe("the word at a place", () => {
  test("is the one under it, or the nearest of its line", () => {
    expect(wordAt(PLACES, 40, 10)).toBe(1);
    expect(wordAt(PLACES, 31, 10)).toBe(0);
    expect(wordAt(PLACES, 33, 10)).toBe(1);
    expect(wordAt(PLACES, 500, 30)).toBe(5);
    expect(wordAt(PLACES, 500, 60)).toBe(6);
  });

  test("is in the first line above all, and in the last below all", () => {
    expect(wordAt(PLACES, 90, -40)).toBe(2);
    expect(wordAt(PLACES, 90, 400)).toBe(6);
  });

  test("is the word itself for each word's middle", () => {
    PLACES.forEach(({ left, top, width, height }, i) => {
      expect(wordAt(PLACES, left + width / 2, top + height / 2)).toBe(i);
    });
    expect(wordAt([], 5, 5)).toBe(-1);
  });
});

test("the word above and below is the nearest to the middle; at the ends it stays", () => {
  expect([0, 1, 2].map((i) => wordBeside(PLACES, i, 1))).toEqual([3, 3, 5]);
  expect([3, 4, 5].map((i) => wordBeside(PLACES, i, -1))).toEqual([1, 2, 2]);
  expect([wordBeside(PLACES, 1, -1), wordBeside(PLACES, 6, 1), wordBeside([], 0, 1)]).toEqual([1, 6, 0]);
});

test("words scroll no farther than a word needs to be in sight", () => {
  expect(scrollTo(word(0, 100, 10), 90, 60)).toBe(90);
  expect(scrollTo(word(0, 40, 10), 90, 60)).toBe(40);
  expect(scrollTo(word(0, 200, 10), 90, 60)).toBe(160);
});
