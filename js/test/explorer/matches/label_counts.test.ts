import { expect, test } from "vitest";
import {
  captionOf,
  formatChance,
  formatInterval,
  formatP,
  formatRatio,
  formatShare,
} from "../../../src/explorer/matches/label_counts";

test("shares have two digits", () => {
  const shares: (number | null)[] = [0, 0.0004, 0.049, 0.0996, 0.4639, 1, null];
  expect(shares.map(formatShare)).toEqual(["0 %", "0.04 %", "4.9 %", "10 %", "46 %", "100 %", "–"]);
});

test("odds ratios have three digits, and none is shown as a number that it is not", () => {
  expect([18.468, 0.372, 9.999, 123.4, 123_456, 0.0004, null].map(formatRatio)).toEqual([
    "18.5",
    "0.37",
    "10.0",
    "123",
    "1e5",
    "4e-4",
    "–",
  ]);
  expect(formatInterval([12.263, 27.815])).toBe("[12.3, 27.8]");
  expect(formatInterval([null, null])).toBe("");
});

test("a p is never 0", () => {
  expect([1e-32, 0.00497, 0.0996, 0.5, 1, null].map(formatP)).toEqual([
    "< 0.001",
    "0.005",
    "0.10",
    "0.50",
    "1.00",
    "–",
  ]);
});

test("chance is a mean with its range", () => {
  expect(formatChance({ mean: 0.0484, low: 0.01, high: 0.0933, p: 0.005 })).toBe("4.8 % (1.0–9.3 %)");
  expect(formatChance(undefined)).toBe("–");
});

test("the caption says what is counted and what is not", () => {
  const table = {
    track: "pos",
    ...{ rows: [], rest: [], rest_chance: null },
    labels: 16,
    matches: 49,
    excluded: 1,
    total: 1097,
    chance: null,
    draws: 200,
    error: "",
  };
  expect(captionOf(table)).toBe(
    "1,097 steps of 49 matches without the one that overlaps the selection. p: one-sided, adjusted for 16 labels.",
  );
  expect(captionOf({ ...table, excluded: 3 })).toContain("without the 3 that overlap the selection");
  expect(captionOf({ ...table, excluded: 0, matches: 1, total: 1 })).toBe(
    "1 step of 1 match. p: one-sided, adjusted for 16 labels.",
  );
});
