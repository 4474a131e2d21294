import { expect, test } from "vitest";
import { stepsText, wordLabel } from "../../../src/sequences/current/word_flow";
import type { CurrentWords } from "../../../src/sequences/current/words";
import { currentPage } from "./fixtures";

test("a word is said with the class that is expected after it", () => {
  const { model, view } = currentPage();
  const words = model._words.value as CurrentWords;
  expect(wordLabel(words, 13, view)).toBe("war, new 1.00");
  expect(wordLabel({ ...words, words: [" sub"], codes: null }, 10, view)).toBe("␣sub");
});

test("the steps of a long sequence that are there are counted from its start", () => {
  const words = { sequence: 0, first: 100, end: 5100, start: 1100, stop: 3100 };
  expect(stepsText({ ...words, distances: null, codes: null, confidence: null, probabilities: null })).toBe(
    "steps 1,000…2,999 of 5,000",
  );
});
