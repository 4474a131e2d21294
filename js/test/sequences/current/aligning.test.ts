import { expect, test } from "vitest";
import { aligned, anchorOf } from "../../../src/sequences/current/aligning";

const SHORT = { first: 100, end: 103, start: 100, count: 3, settled: 101 };
const LONG = { first: 500, end: 510, start: 500, count: 10, settled: 508 };

test("sequences are aligned at their first step, their last, or where they settle", () => {
  expect(aligned([SHORT, LONG], "start")).toEqual({ begins: [0, 0], range: [0, 10] });
  expect(aligned([SHORT, LONG], "end")).toEqual({ begins: [-2, -9], range: [-9, 1] });
  expect(aligned([SHORT, LONG], "settled")).toEqual({ begins: [-1, -8], range: [-8, 2] });
});

test("a sequence of which it isn't known where it settles is aligned at its start", () => {
  expect(anchorOf({ ...LONG, settled: null }, "settled")).toBe(500);
});

test("a long sequence of which some steps are there stands where these belong", () => {
  const part = { first: 0, end: 5000, start: 1000, count: 2000, settled: 2500 };
  expect(aligned([SHORT, part], "start")).toEqual({ begins: [0, 1000], range: [0, 3000] });
  expect(aligned([part], "end")).toEqual({ begins: [-3999], range: [-3999, -1999] });
  expect(aligned([part], "settled")).toEqual({ begins: [-1500], range: [-1500, 500] });
});

test("nothing takes no room", () => {
  expect(aligned([], "end")).toEqual({ begins: [], range: [0, 0] });
});
