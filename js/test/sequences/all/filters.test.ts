import { describe, expect, test } from "vitest";
import {
  chipsOf,
  isCell,
  isOutcome,
  namesIn,
  rangeIn,
  toggleCell,
  toggleClasses,
  toggleOutcome,
  withFilter,
} from "../../../src/sequences/all/filters";

describe("a cell of the matrix", () => {
  const CELL = { target: ["early"], prediction: ["late"] };

  test("sets both classes, and a second click takes both away", () => {
    const once = toggleCell({ text: "war" }, ["early"], ["late"]);
    expect(once).toEqual({ text: "war", ...CELL });
    expect(toggleCell(once, ["early"], ["late"])).toEqual({ text: "war" });
  });

  test("takes the place of other classes, and of right or wrong, which it decides itself", () => {
    expect(toggleCell({ target: ["late"], correct: true }, ["early"], ["late"])).toEqual(CELL);
  });

  test("is the one chosen only if exactly its classes are asked for", () => {
    expect(isCell(CELL, ["early"], ["late"])).toBe(true);
    expect(isCell({ target: "early", prediction: "late" }, ["early"], ["late"])).toBe(true);
    expect(isCell({ target: ["early"] }, ["early"], ["late"])).toBe(false);
    expect(isCell({ ...CELL, target: ["early", "late"] }, ["early"], ["late"])).toBe(false);
    expect(isCell({}, [], [])).toBe(false);
  });
});

test("a class is added to those allowed, and taken out again", () => {
  const both = toggleClasses({ target: "early" }, "target", ["late"]);
  expect(both).toEqual({ target: ["early", "late"] });
  expect(toggleClasses(both, "target", ["early"])).toEqual({ target: ["late"] });
  expect(toggleClasses({ target: ["late"] }, "target", ["late"])).toEqual({});
});

test("of several classes at once, those missing are added before all are taken out", () => {
  const all = toggleClasses({ target: ["a"] }, "target", ["a", "b"]);
  expect(all).toEqual({ target: ["a", "b"] });
  expect(toggleClasses(all, "target", ["a", "b"])).toEqual({});
});

test("right or wrong of a class is set and taken away", () => {
  const wrong = toggleOutcome({ prediction: ["late"], text: "war" }, ["early"], false);
  expect(wrong).toEqual({ text: "war", target: ["early"], correct: false });
  expect(isOutcome(wrong, ["early"], false)).toBe(true);
  expect(isOutcome(wrong, ["early"], true)).toBe(false);
  expect(toggleOutcome(wrong, ["early"], true)).toEqual({ text: "war", target: ["early"], correct: true });
  expect(toggleOutcome(wrong, ["early"], false)).toEqual({ text: "war" });
});

test("a condition of which nothing is left is gone", () => {
  const filters = { text: "war", length: [3, null] };
  expect(withFilter(filters, "text", "")).toEqual({ length: [3, null] });
  expect(withFilter(filters, "length", [null, null])).toEqual({ text: "war" });
  expect(withFilter(filters, "target", [])).toEqual(filters);
  expect(withFilter(filters, "length", [0, 5])).toEqual({ text: "war", length: [0, 5] });
  expect(withFilter({}, "correct", false)).toEqual({ correct: false });
});

test("what isn't asked for has no names and no ends", () => {
  expect(namesIn({}, "target")).toEqual([]);
  expect(rangeIn({}, "length")).toEqual([null, null]);
  expect(rangeIn({ length: [3, null] }, "length")).toEqual([3, null]);
});

describe("a chip", () => {
  const texts = (filters: object) => chipsOf(filters as never).map(({ text }) => text);

  test("says in words what is asked for", () => {
    expect(texts({ target: ["1890–1924"], prediction: "late", correct: false })).toEqual([
      "true 1890–1924",
      "said late",
      "wrong",
    ]);
    expect(texts({ correct: true, selected: true, matches: true })).toEqual([
      "right",
      "with selected steps",
      "with matches",
    ]);
    expect(texts({ text: "war" })).toEqual(["text “war”"]);
    expect(texts({ text: "/wars?/" })).toEqual(["text /wars?/"]);
  });

  test("has the ends of a range", () => {
    expect(texts({ confidence: [0.2, 0.5], length: [3, null], changes: [null, 4] })).toEqual([
      "confidence 0.2–0.5",
      "length ≥ 3",
      "changes ≤ 4",
    ]);
    expect(texts({ confidence: [0.99999, null], length: [1 / 3, null] })).toEqual([
      "confidence ≥ 0.99999",
      "length ≥ 0.3333",
    ]);
    expect(texts({ largest_jump: [1.5, 1.5], settled: [null, null] })).toEqual(["jump 1.5"]);
  });

  test("takes away its own condition alone", () => {
    const chips = chipsOf({ target: ["a", "b"], text: "war" });
    expect(chips.map(({ text }) => text)).toEqual(["true a", "true b", "text “war”"]);
    expect(chips.map(({ without }) => without)).toEqual([
      { target: ["b"], text: "war" },
      { target: ["a"], text: "war" },
      { target: ["a", "b"] },
    ]);
  });

  test("stands for many classes at once", () => {
    const [chip, ...others] = chipsOf({ prediction: ["a", "b", "c", "d"] });
    expect(others).toEqual([]);
    expect(chip).toEqual({
      ...{ key: "prediction", text: "said 4 classes", title: "said a, b, c, d", without: {} },
    });
  });

  test("shows a condition that it doesn't know as it is", () => {
    expect(texts({ era: [1] })).toEqual(["era [1]"]);
  });
});
