import { expect, test } from "vitest";
import { describeResults } from "../../src/sequences/announce";
import { ints, pageOf } from "./fixtures";

const described = (traits: object) => {
  const { model, view } = pageOf(traits);
  return describeResults(model, view);
};

test("says which sequence is shown, and what it was taken for", () => {
  expect(described({ sequence: 3 })).toBe("Sequence 3: true early, said late.");
  expect(described({ sequence: 4 })).toBe("Sequence 4: said late.");
  expect(described({ _sequences: null })).toBe("");
});

test("says how many sequences pass the filters, and how many steps are selected", () => {
  const traits = { filters: { correct: false, text: "war" }, _order: ints(3), _selected: { steps: 312 } };
  expect(described(traits)).toBe(
    "Sequence 0: true early, said early. 1 of 5 sequences: wrong, text “war”. 312 steps selected.",
  );
});
