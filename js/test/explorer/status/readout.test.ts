import { describe, expect, test } from "vitest";
import { describePointer } from "../../../src/explorer/status/readout";
import {
  bytes,
  floats,
  NEXT,
  POS,
  PROBABILITY,
  pageOf,
  sentColumns,
  sentEnvelopes,
  sentWindow,
} from "../fixtures";

const window = sentWindow(
  [
    [0.25, -1],
    [0.75, 0.5],
    [0.5, 0.5],
  ],
  {
    start: 100,
    words: ["a", "little", "bottle"],
    tracks: {
      pos: { codes: bytes(Int32Array.of(1, -1, 0)) },
      p: { values: floats(0.5, 0.25, Number.NaN) },
    },
  },
);
const TRAITS = {
  ...{ position: 100, _window: window, threshold: 0.5, selected_cells: [0, 1] },
  ...{ _tracks: [POS, PROBABILITY, NEXT], visible_tracks: ["pos", "p"] },
};

/** The readout with the pointer on a cell and a step, in a page with these traits. */
function said(pointer: { cell?: number; step?: number; track?: string }, traits: object = {}) {
  const { model, view } = pageOf({ ...TRAITS, ...traits });
  view.hoveredCell.value = pointer.cell ?? null;
  view.hoveredStep.value = pointer.step ?? null;
  view.hoveredTrack.value = pointer.track ?? null;
  return describePointer(model, view);
}

describe("among words", () => {
  test("a step has its word, how many cells are on there, and what the tracks have", () => {
    expect(said({ step: 101 })).toBe("“little” · 2 of 2 selected cells on · p 0.25 · step 101");
    expect(said({ step: 100 })).toBe("“a” · 0 of 2 selected cells on · DET · p 0.50 · step 100");
  });

  test("a cell has its value there", () => {
    expect(said({ cell: 1, step: 100 })).toBe(
      "cell 1 · “a” −1.00 · 0 of 2 selected cells on · DET · p 0.50 · step 100",
    );
  });

  test("a cell that is pointed at elsewhere is described where it is highest", () => {
    expect(said({ cell: 0 })).toBe("cell 0 · highest in sight: 0.75 at “little” · step 101");
    expect(said({ cell: 7 })).toBe("cell 7");
  });

  test("of the tracks, only the one that the pointer is on is named", () => {
    expect(said({ step: 100, track: "pos" })).toBe("“a” · 0 of 2 selected cells on · DET · step 100");
  });

  test("where there are several sequences, the step has the number of its own", () => {
    const starts = { _n_sequences: 9, sequence: 3, _window: { ...window, sequence_starts: [101] } };
    expect(said({ step: 102 }, starts)).toBe(
      "“bottle” · 2 of 2 selected cells on · NOUN · sequence 5 · step 102",
    );
  });

  test("nothing is said where the pointer is nowhere", () => {
    expect(said({})).toBe("");
  });

  test("long words and many tracks are shortened", () => {
    const names = Array.from({ length: 7 }, (_, i) => `t${i}`);
    const tracks = Object.fromEntries(names.map((name) => [name, { values: floats(1, 1, 1) }]));
    const text = said(
      { step: 100 },
      {
        _tracks: names.map((name) => ({ ...PROBABILITY, name })),
        visible_tracks: names,
        _window: { ...window, tracks, words: ["x".repeat(60), "", ""] },
      },
    );
    expect(text).toContain(`“${"x".repeat(39)}…”`);
    expect(text).toContain("t4 1.00 · … · step 100");
  });
});

test("the word of a match is described as it was when the matches were ranked", () => {
  const { model, view } = pageOf(TRAITS);
  view.hoveredStep.value = 5000;
  view.hoveredMatchWord.value = { word: "far", on: 1, cells: 3, tracks: ["VERB"] };
  expect(describePointer(model, view)).toBe("“far” · 1 of 3 selected cells on · VERB · step 5,000");
});

describe("where steps share columns", () => {
  const columns = {
    ...{ position: 0, word_width: 0.5, _steps: 4 },
    _columns: sentColumns({
      tracks: { pos: { codes: bytes(Int32Array.of(0, 1)) }, p: { values: floats(0.25, 1) } },
    }),
    _envelopes: sentEnvelopes(),
  };

  test("a column has its steps, the values of the cell, and means", () => {
    expect(said({ cell: 3, step: 1 }, columns)).toBe(
      "steps 0–1 · cell 3: 0.00 to 0.25 · 0.5 of 2 selected cells on, on average · NOUN · p 0.25",
    );
  });

  test("a cell without a column is named", () => {
    expect(said({ cell: 3 }, columns)).toBe("cell 3");
  });

  test("a step that is not in sight is not described", () => {
    expect(said({ step: 700 }, columns)).toBe("");
  });

  test("columns of a single step have their word", () => {
    const words = {
      ...columns,
      word_width: 2,
      _columns: sentColumns({ stride: 1, stop: 2, words: ["a", "b"] }),
    };
    expect(said({ step: 1 }, { ...words, _envelopes: null })).toBe("step 1 · “b”");
  });
});

describe("a threshold", () => {
  test("that is pointed at has the number of cells that it would select, where that is known", () => {
    const counts = { thresholds: [-0.5, -0.4], cells: [9, 1], values: [0, 0] };
    const { model, view } = pageOf({ _threshold_counts: counts });
    view.hoveredThreshold.value = -0.4;
    expect(describePointer(model, view)).toBe("at −0.40: 1 cell");
    view.hoveredThreshold.value = 0.25;
    expect(describePointer(model, view)).toBe("at 0.25");
  });
});

test("a cell has how well it tells where the chosen label stands", () => {
  const alignment = {
    ...{ layer: "a", track: "pos", label: "NOUN", best: [], error: "" },
    ...{ f1: floats(0.75, 0.5), auc: floats(1, 0.5) },
  };
  expect(said({ cell: 0 }, { _alignment: alignment })).toContain("cell 0 · F1 0.75, AUC 1.00 for NOUN");
});
