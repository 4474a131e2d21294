import { expect, test } from "vitest";
import { aligned, anchorOf } from "../../../src/sequences/current/aligning";

const SHORT = { start: 100, count: 3, settled: 101 };
const LONG = { start: 500, count: 10, settled: 508 };

test("sequences are aligned at their first step, their last, or where they settle", () => {
  expect(aligned([SHORT, LONG], "start")).toEqual({ begins: [0, 0], range: [0, 10] });
  expect(aligned([SHORT, LONG], "end")).toEqual({ begins: [-2, -9], range: [-9, 1] });
  expect(aligned([SHORT, LONG], "settled")).toEqual({ begins: [-1, -8], range: [-8, 2] });
});

test("a sequence of which it isn't known where it settles is aligned at its start", () => {
  expect(anchorOf({ ...LONG, settled: null }, "settled")).toBe(0);
});

test("nothing takes no room", () => {
  expect(aligned([], "end")).toEqual({ begins: [], range: [0, 0] });
});
