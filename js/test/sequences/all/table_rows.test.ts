import { expect, test } from "vitest";
import { decodeSequences, type SequenceTable } from "../../../src/sequences/all/sequences";
import { isCorrect, textOf } from "../../../src/sequences/all/table_rows";
import { sentSequences } from "../fixtures";

const table = decodeSequences(sentSequences() as never) as SequenceTable;
const look = { table, matches: Int32Array.of(0, 0, 0, 1200, 0) };

test("a row has the facts of its sequence, settled counted from its start", () => {
  const keys = ["number", "correct", "confidence", "settled", "changes", "jump", "matches", "length", "text"];
  const texts = (number: number) => keys.map((key) => textOf(key as never, number, look));
  expect(texts(3)).toEqual(["3", "✗", "0.25", "3", "3", "1.50", "1,200", "4", "g h i j"]);
  expect(texts(2)).toEqual(["2", "✓", "1.00", "0", "0", "", "", "1", "f"]);
});

test("what isn't known is neither right nor wrong", () => {
  expect([0, 3, 4].map((number) => isCorrect(table, number))).toEqual([true, false, null]);
  expect(isCorrect({ ...table, target: null }, 0)).toBeNull();
});
