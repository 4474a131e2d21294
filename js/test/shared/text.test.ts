import { expect, test } from "vitest";
import CASES from "../../../tests/visible_token_cases.json";
import {
  formatCount,
  formatInSteps,
  formatSeconds,
  formatShort,
  formatValue,
  parseFinite,
  parsePosition,
  plural,
  visibleToken,
} from "../../src/shared/text";

test("a token without ink becomes visible", () => {
  expect(visibleToken("")).toBe("∅");
  expect(visibleToken(" ")).toBe("␣");
  expect(visibleToken(" the")).toBe("␣the");
  expect(visibleToken("\n")).toBe("⏎");
  expect(visibleToken("\r\n\t")).toBe("⏎⇥");
  expect(visibleToken("\u0007\u200b")).toBe("··");
  expect(visibleToken("New York")).toBe("New York");
});

test("a token looks as in a figure", () => {
  expect(CASES.map(([token]) => visibleToken(token as string))).toEqual(CASES.map(([, shown]) => shown));
});

test("a threshold has the decimals of its step, or as many as it needs", () => {
  expect(formatInSteps(0.3, 0.01)).toBe("0.30");
  expect(formatInSteps(0.12345, 0.01)).toBe("0.12345");
  expect(formatInSteps(0.0012, 0.0001)).toBe("0.0012");
  expect(formatInSteps(1e12, 0.01)).toBe("1000000000000");
});

test("values and durations are short", () => {
  expect(formatValue(-0.826)).toBe("−0.83");
  expect(formatValue(Number.NaN)).toBe("NaN");
  expect(formatSeconds(0.0312)).toBe("31 ms");
  expect(formatSeconds(2.34)).toBe("2.3 s");
});

test("positions are read with or without separators, and nothing else is", () => {
  expect(parsePosition("12,480")).toBe(12480);
  expect(parsePosition(" 7 ")).toBe(7);
  expect(parsePosition("-7")).toBeNull();
  expect(parsePosition("1.5")).toBeNull();
  expect(parsePosition("")).toBeNull();
});

test("a threshold may be any finite number", () => {
  expect(parseFinite("-0.5")).toBe(-0.5);
  expect(parseFinite("−0.5")).toBe(-0.5);
  expect(parseFinite("1e3")).toBe(1000);
  for (const text of ["", " ", "abc", "NaN", "Infinity", "1,5"]) expect(parseFinite(text)).toBeNull();
});

test("counts have separators, and nouns their number", () => {
  expect([7, 18_204].map(formatCount)).toEqual(["7", "18,204"]);
  expect([0, 1, 1204].map((count) => plural(count, "step"))).toEqual(["0 steps", "1 step", "1,204 steps"]);
});

test("a short number has four digits that mean something", () => {
  expect([0.123456, -1234.56, 7].map(formatShort)).toEqual(["0.1235", "−1235", "7"]);
});
