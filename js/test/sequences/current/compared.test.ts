import { expect, test } from "vitest";
import { comparedOf, settledOf } from "../../../src/sequences/current/compared";
import type { Trajectory } from "../../../src/sequences/map/points";

const of = (sequence: number) => ({ sequence }) as Trajectory;

test("the current sequence comes first, each is there once, and none that hasn't been sent", () => {
  const sent = [of(4), of(2), of(4), of(9)];
  expect(comparedOf(sent, 4, [2, 4, 7, 9]).map(({ sequence }) => sequence)).toEqual([4, 2, 9]);
  expect(comparedOf([], 4, [2])).toEqual([]);
});

test("where a sequence settles may not be known", () => {
  expect(settledOf({ settled: Int32Array.of(5, 17) }, 1)).toBe(17);
  expect([settledOf({ settled: null }, 1), settledOf(null, 1)]).toEqual([null, null]);
});
