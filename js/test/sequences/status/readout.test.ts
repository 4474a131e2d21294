import { expect, test } from "vitest";
import { createSequenceList } from "../../../src/sequences/all/table_list";
import { describePointer } from "../../../src/sequences/status/readout";
import { floats, ints, pageOf } from "../fixtures";

const WORDS = {
  ...{ sequence: 1, first: 2, end: 5, start: 2, stop: 5, words: ["c", "d", "e"] },
  distances: floats(0.5, 2, Number.NaN),
  codes: ints(1, 0, 0),
  confidence: floats(0.5, 0.75, 0.875),
  probabilities: null,
};

function described(traits: object, point: { step?: number; sequence?: number }) {
  const { model, view } = pageOf(traits);
  const list = createSequenceList(model, view);
  view.hoveredStep.value = point.step ?? null;
  view.hoveredSequence.value = point.sequence ?? null;
  return describePointer(list, model, view);
}

test("a word of the current sequence is told with what is expected and how far the state jumps", () => {
  expect(described({ _words: WORDS }, { step: 3 })).toBe(
    "“d” · step 1 of sequence 1 · expected early 0.75 · jumps by 2.00 · time step 3",
  );
  expect(described({ _words: WORDS }, { step: 4 })).toBe(
    "“e” · step 2 of sequence 1 · expected early 0.88 · time step 4",
  );
});

test("of a step elsewhere only its place is told, or what its trajectory has", () => {
  expect(described({ _words: WORDS }, { step: 7 })).toBe("step 1 of sequence 3 · time step 7");
  const pinned = {
    ...{ sequence: 3, start: 6, coordinates: floats(0, 0, 1, 1, 2, 2, 3, 3) },
    ...{ codes: ints(0, 1, 1, 1), confidence: floats(1, 0.5, 1, 1), distances: null },
  };
  expect(described({ _words: WORDS, _trajectories: [pinned] }, { step: 7 })).toBe(
    "step 1 of sequence 3 · expected late 0.50 · time step 7",
  );
});

test("a sequence of the table is told with its facts, and nothing where nothing is pointed at", () => {
  expect(described({}, { sequence: 2 })).toMatch(/^sequence 2 · 1 step · true late/);
  expect(described({}, {})).toBe("");
});
