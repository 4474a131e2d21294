import { expect, test } from "vitest";
import { describe as described } from "../../../src/sequences/all/class_list";

const className = (place: number) => ["early", "late"][place] ?? "";

test("a class is told by outcome, and what was said instead", () => {
  const count = { place: 0, right: 58, wrong: 25, said: 74, mistake: { place: 1, count: 14 } };
  expect(described(count, className, true)).toBe(
    "early: 58 right, 25 wrong, said 74 times; 14 times late was said instead",
  );
  expect(described({ ...count, mistake: null }, className, true)).toBe(
    "early: 58 right, 25 wrong, said 74 times",
  );
  expect(described(count, className, false)).toBe("said early: 74 sequences");
});
