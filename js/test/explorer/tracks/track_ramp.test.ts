import { expect, test } from "vitest";
import { rampFills, rampHeight } from "../../../src/explorer/tracks/track_ramp";
import { NO_COLORS } from "../../../src/shared/theme";
import { PROBABILITY, QUOTED } from "../fixtures";

const COLORS = {
  ...NO_COLORS,
  ...{ labels: ["red", "green"], labelRest: "grey", labelStrength: 0.5 },
  ...{ rampZero: "white", ramp: "blue", rampBelow: "brown", rampAbove: "teal", word: "pale", line: "dark" },
};

test("a value is as much of the ramp's colour over that of zero as it is high", () => {
  expect(rampFills(0.25, [0, 1], 1, COLORS)).toEqual([
    { color: "white", alpha: 1 },
    { color: "blue", alpha: 0.25 },
  ]);
  expect(rampFills(-1, [-2, 2], 0.5, COLORS)).toEqual([
    { color: "white", alpha: 0.5 },
    { color: "brown", alpha: 0.25 },
  ]);
  expect(rampFills(2, [-2, 2], 1, COLORS)[1]).toEqual({ color: "teal", alpha: 1 });
});

test("the row of zeros and ones is lower than that of numbers", () => {
  expect(rampHeight(QUOTED)).toBeLessThan(rampHeight(PROBABILITY));
});
