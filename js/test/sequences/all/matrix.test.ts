import { expect, test } from "vitest";
import { labelOf, tallyText } from "../../../src/sequences/all/matrix";

test("a row is called as its class, and those of several by their number", () => {
  const className = (place: number) => ["early", ""][place] ?? "";
  expect(labelOf({ places: [0], isRest: false }, className)).toBe("early");
  expect(labelOf({ places: [1], isRest: false }, className)).toBe("∅");
  expect(labelOf({ places: [3, 4, 5], isRest: true }, className)).toBe("3 others");
});

test("a count says how many of its sequences are shown while there are filters", () => {
  expect(tallyText({ count: 1083, passing: 10 }, true)).toBe("1,083 sequences, 10 of them shown");
  expect(tallyText({ count: 1, passing: 1 }, false)).toBe("1 sequence");
});
