import { expect, test } from "vitest";
import { togglePin } from "../../../src/sequences/all/table_walk";

test("a sequence is pinned and taken off, in ascending order, at most twelve at a time", () => {
  expect(togglePin([3, 9], 5)).toEqual([3, 5, 9]);
  expect(togglePin([3, 5, 9], 5)).toEqual([3, 9]);
  const twelve = [...Array(12).keys()];
  expect(togglePin(twelve, 40)).toBeNull();
  expect(togglePin(twelve, 4)).toHaveLength(11);
});
