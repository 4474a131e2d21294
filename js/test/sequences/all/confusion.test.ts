import { describe, expect, test } from "vitest";
import {
  accuracyOf,
  classCounts,
  entriesOf,
  type Pair,
  pairsOf,
  passingOf,
  talliesOf,
} from "../../../src/sequences/all/confusion";
import { decodeSequences, type SequenceTable } from "../../../src/sequences/all/sequences";
import { OUTPUT, sentSequences } from "../fixtures";

const table = (changes: object = {}) => decodeSequences(sentSequences(changes) as never) as SequenceTable;
const pairsIn = (changes: object = {}) => pairsOf(table(changes)) as NonNullable<ReturnType<typeof pairsOf>>;

test("sequences are counted by true class and class said", () => {
  const { pairs, pairOf } = pairsIn();
  expect(pairs).toEqual([
    { target: 0, prediction: 0, count: 2 },
    { target: 1, prediction: 1, count: 1 },
    { target: 0, prediction: 1, count: 1 },
    { target: -1, prediction: 1, count: 1 },
  ]);
  expect([...pairOf]).toEqual([0, 0, 1, 2, 3]);
});

test("nothing is counted where nothing is said", () => {
  expect(pairsOf(table({ prediction: undefined }))).toBeNull();
});

test("those that pass the filters are counted by pair", () => {
  expect([...passingOf(pairsIn(), Uint8Array.of(1, 0, 0, 1, 1))]).toEqual([1, 0, 1, 1]);
});

describe("the matrix", () => {
  test("has a cell for each pair, and sums of rows and columns", () => {
    const { pairs } = pairsIn();
    const tallies = talliesOf(entriesOf(OUTPUT, pairs, new Set()), pairs, Int32Array.of(1, 0, 1, 1));
    const counts = (row: readonly { count: number; passing: number }[]) =>
      row.map(({ count, passing }) => [count, passing]);
    expect(tallies.cells.map(counts)).toEqual([
      [
        [2, 1],
        [1, 1],
        [0, 0],
      ],
      [
        [0, 0],
        [1, 0],
        [0, 0],
      ],
      [
        [0, 0],
        [0, 0],
        [0, 0],
      ],
    ]);
    expect(counts(tallies.rows)).toEqual([
      [3, 2],
      [1, 0],
      [0, 0],
    ]);
    // Also those whose true class isn't known.
    expect(counts(tallies.columns)).toEqual([
      [2, 1],
      [3, 2],
      [0, 0],
    ]);
    expect(counts(tallies.right)).toEqual([
      [2, 1],
      [1, 0],
      [0, 0],
    ]);
    expect(counts(tallies.wrong)).toEqual([
      [1, 1],
      [0, 0],
      [0, 0],
    ]);
  });

  /** Class i occurs 100 − i times, always said rightly. */
  const many: Pair[] = Array.from({ length: 40 }, (_, i) => ({ target: i, prediction: i, count: 100 - i }));
  const LARGE = { ...OUTPUT, classes: 40, rows: undefined } as never;

  test("has the classes in the order that was given, where they are few", () => {
    const entries = entriesOf({ ...OUTPUT, rows: [2, 0, 1] }, pairsIn().pairs, new Set());
    expect(entries.map(({ places }) => places)).toEqual([[2], [0], [1]]);
  });

  test("puts all but the twelve most frequent of many classes into one row", () => {
    const entries = entriesOf(LARGE, many, new Set());
    expect(entries.slice(0, -1).map(({ places }) => places[0])).toEqual([...Array(12).keys()]);
    expect(entries.at(-1)).toEqual({ places: Array.from({ length: 28 }, (_, i) => 12 + i), isRest: true });
  });

  test("gives a class that is asked for a row, however rare it is", () => {
    const entries = entriesOf(LARGE, many, new Set([30]));
    expect(entries.map(({ places }) => places[0])).toEqual([...Array(11).keys(), 30, 11]);
    expect(entries.at(-1)?.places).not.toContain(30);
  });

  test("tells the right and wrong ones apart also in the row of the rest", () => {
    const pairs = [...many, { target: 20, prediction: 30, count: 5 }];
    const entries = entriesOf(LARGE, pairs, new Set());
    const { right, wrong, cells } = talliesOf(entries, pairs, new Int32Array(pairs.length));
    const rest = Array.from({ length: 28 }, (_, i) => 88 - i).reduce((sum, count) => sum + count);
    expect([right[12]?.count, wrong[12]?.count, cells[12]?.[12]?.count]).toEqual([rest, 5, rest + 5]);
  });

  test("needs no row for the rest where few of many classes occur", () => {
    expect(entriesOf(LARGE, many.slice(0, 13), new Set()).some(({ isRest }) => isRest)).toBe(false);
  });
});

test("a class is counted by outcome, with what was said instead most often", () => {
  const pairs = [
    { target: 0, prediction: 0, count: 4 },
    { target: 0, prediction: 2, count: 2 },
    { target: 0, prediction: 1, count: 2 },
    { target: 1, prediction: 1, count: 9 },
    { target: -1, prediction: 2, count: 13 },
  ];
  expect(classCounts(pairs)).toEqual([
    { place: 1, right: 9, wrong: 0, said: 11, mistake: null },
    { place: 0, right: 4, wrong: 4, said: 4, mistake: { place: 1, count: 2 } },
    { place: 2, right: 0, wrong: 0, said: 15, mistake: null },
  ]);
});

test("accuracy stands beside that of a class on average and of always saying the commonest", () => {
  const { pairs } = pairsIn();
  expect(accuracyOf(pairs, Int32Array.of(1, 0, 1, 1))).toEqual({
    known: { count: 4, passing: 2 },
    right: { count: 3, passing: 1 },
    byClass: (2 / 3 + 1) / 2,
    commonest: { place: 0, share: 3 / 4 },
  });
  expect(accuracyOf([{ target: -1, prediction: 0, count: 3 }], Int32Array.of(0))).toBeNull();
});
