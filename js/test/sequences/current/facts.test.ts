import { expect, test } from "vitest";
import {
  lengthText,
  placeText,
  sequenceAfter,
  settledText,
  stepText,
  verdictOf,
} from "../../../src/sequences/current/facts";

const ORDER = Int32Array.of(7, 2, 5);

test("the next and the previous sequence are those of the order that is shown", () => {
  expect([7, 2, 5].map((each) => sequenceAfter(ORDER, each, 1))).toEqual([2, 5, null]);
  expect([7, 2, 5].map((each) => sequenceAfter(ORDER, each, -1))).toEqual([null, 7, 2]);
});

test("from a sequence that isn't shown they are the first and the last", () => {
  expect([sequenceAfter(ORDER, 3, 1), sequenceAfter(ORDER, 3, -1)]).toEqual([7, 5]);
  expect(sequenceAfter(new Int32Array(0), 3, 1)).toBeNull();
});

test("the place of a sequence is said among all, and among those shown", () => {
  expect(placeText(0, 3, Int32Array.of(2, 1, 0))).toBe("3 of 3");
  expect(placeText(2, 1402, ORDER)).toBe("2 of 3 shown, 1,402 in all");
  expect(placeText(3, 1402, ORDER)).toBe("not among the 3 shown, 1,402 in all");
});

test("it is said when the expected class settled", () => {
  expect(settledText(84, 6, 127)).toBe("at step 84 of 127, after 6 changes");
  expect(settledText(1, 1, 127)).toBe("at step 1 of 127, after 1 change");
  expect(settledText(0, 0, 127)).toBe("from the start: no change");
  expect(settledText(0, 0, 1)).toBe("at its only step");
});

test("a sequence of one step has no range", () => {
  expect(lengthText(12_003, 12_130)).toBe("127 steps, 12,003…12,129");
  expect(lengthText(5, 6)).toBe("1 step, 5");
  expect(stepText(1204, 1120, 1247)).toBe("step 1,204, 84 of 127 here");
  expect(stepText(5, 5, 6)).toBe("step 5");
});

test("a prediction is right or wrong only where the true class is known", () => {
  expect(verdictOf(2, 2)).toEqual({ mark: "✓", word: "right" });
  expect(verdictOf(2, 1)).toEqual({ mark: "✗", word: "wrong" });
  expect([verdictOf(-1, 1), verdictOf(1, -1)]).toEqual([null, null]);
});
