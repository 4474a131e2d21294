import { expect, test } from "vitest";
// The same cases that Python is held to, worked out by its oracle.
import CASES from "../../../../tests/folding_cases.json";
import { foldedInto } from "../../../src/explorer/matches/fold";

test.each(CASES.map((each) => [each.start.length, each] as const))(
  "%i matches are folded as in Python",
  (_, { start, stop, into }) => {
    expect([...foldedInto(start, stop)]).toEqual(into);
  },
);

test("twenty thousand are folded", () => {
  const start = Array.from({ length: 20_000 }, (_, i) => (i * 7919) % 60_000);
  const into = foldedInto(
    start,
    start.map((first) => first + 4),
  );
  expect(into.length).toBe(20_000);
});
