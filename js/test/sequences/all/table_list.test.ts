import { expect, test } from "vitest";
import { decodeSequences, type SequenceTable } from "../../../src/sequences/all/sequences";
import { countIn, createSequenceList, placesIn } from "../../../src/sequences/all/table_list";
import { ints, pageOf, sentSequences } from "../fixtures";

test("a sequence has a place where it is listed", () => {
  expect([...placesIn(Int32Array.of(3, 0), 5)]).toEqual([1, -1, -1, 0, -1]);
});

test("matches are counted by the sequence that they begin in", () => {
  const table = decodeSequences(sentSequences() as never) as SequenceTable;
  expect([...countIn(Int32Array.of(0, 1, 5, 9, 11), table)]).toEqual([2, 0, 1, 1, 1]);
});

test("without a linked explorer there are no matches to count", () => {
  const { model, view, transport } = pageOf();
  const list = createSequenceList(model, view);
  expect(list.matches.value).toBeNull();
  transport.set("_matches", { start: ints(2, 3), stop: ints(4, 5) });
  expect([...(list.matches.value ?? [])]).toEqual([0, 2, 0, 0, 0]);
});

test("the sequence of a step that is pointed at anywhere is pointed at, too", () => {
  const { model, view } = pageOf();
  const list = createSequenceList(model, view);
  expect(list.hovered.value).toBeNull();
  view.hoveredStep.value = 7;
  expect(list.hovered.value).toBe(3);
  view.hoveredSequence.value = 1;
  expect(list.hovered.value).toBe(1);
});
