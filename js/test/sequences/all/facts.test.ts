import { expect, test } from "vitest";
import { accuracyText, lengthsText, sequenceText, shownText } from "../../../src/sequences/all/facts";
import { decodeSequences, type SequenceTable } from "../../../src/sequences/all/sequences";
import { ints, sentSequences } from "../fixtures";

const table = decodeSequences(sentSequences() as never) as SequenceTable;
const className = (place: number) => ["early", "late"][place] ?? "";

test("accuracy is told with what is right without looking", () => {
  const accuracy = {
    ...{ known: { count: 402, passing: 10 }, right: { count: 326, passing: 5 } },
    ...{ byClass: 0.742, commonest: { place: 1, share: 0.31 } },
  };
  expect(accuracyText(accuracy, className, false)).toBe(
    "accuracy 0.81 of 402 · mean of classes 0.74 · always “late” 0.31",
  );
  expect(accuracyText(accuracy, className, true)).toBe(
    "accuracy 0.81 of 402 (shown 0.50) · mean of classes 0.74 · always “late” 0.31",
  );
});

test("sequences are told by how many are shown, and how long they are", () => {
  expect(shownText(10, 1402)).toBe("10 of 1,402");
  expect(lengthsText(table)).toBe("2.4 steps each (1–4)");
  expect(lengthsText({ count: 2, bounds: Int32Array.of(0, 3, 6) })).toBe("3 steps each");
  expect(lengthsText({ count: 0, bounds: Int32Array.of(0) })).toBe("");
});

test("a sequence is told in words, without what isn't known", () => {
  expect(sequenceText(table, 3, className, 2)).toBe(
    "sequence 3 · 4 steps · true early · said late 0.25 · settled at step 3 · 3 changes · largest jump 1.50 · 2 matches",
  );
  expect(sequenceText(table, 2, className, null)).toBe(
    "sequence 2 · 1 step · true late · said late 1.00 · settled at step 0 · 0 changes",
  );
  const plain = decodeSequences({ bounds: ints(0, 2), texts: ["a b"] } as never) as SequenceTable;
  expect(sequenceText(plain, 0, className, 1)).toBe("sequence 0 · 2 steps · 1 match");
});
