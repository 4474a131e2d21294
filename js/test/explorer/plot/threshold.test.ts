import { expect, test } from "vitest";
import { badgeText, thresholdAt } from "../../../src/explorer/plot/threshold";
import { fixedScale } from "../../../src/explorer/time/scale";

test("the badge points to a threshold outside the value axis", () => {
  expect(badgeText(0.3, "0.30", [-1, 1])).toBe("0.30");
  expect(badgeText(1.5, "1.50", [-1, 1])).toBe("↑ 1.50");
  expect(badgeText(-1.5, "−1.50", [-1, 1])).toBe("↓ −1.50");
});

test("the badge is short where the number is long", () => {
  expect(badgeText(-12345.678, "−12345.678", [-20000, 0])).toBe("−12350");
});

test("a point of the value axis stands for the nearest multiple of the step on it", () => {
  const scale = fixedScale([-1, 1], 0, 200);
  expect(thresholdAt(100, scale, 0.01)).toBe(0);
  expect(thresholdAt(70.2, scale, 0.01)).toBe(0.3);
  expect(thresholdAt(-40, scale, 0.01)).toBe(1);
  expect(thresholdAt(500, scale, 0.01)).toBe(-1);
});
