import { expect, test } from "vitest";
import { tickInterval, ticksWithin } from "../../../src/explorer/time/ruler";

test("ticks stand at round steps, with room for their numbers", () => {
  expect(tickInterval(10, 76)).toBe(10);
  expect(tickInterval(1, 76)).toBe(100);
  expect(tickInterval(0.01, 76)).toBe(10000);
  expect(tickInterval(200, 76)).toBe(1);
  expect(ticksWithin([95, 310], 100)).toEqual([100, 200, 300]);
});
