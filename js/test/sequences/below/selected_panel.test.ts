import { expect, test } from "vitest";
import { chanceText, chanceTitle, saidOf } from "../../../src/sequences/below/selected_panel";
import type { SelectedSteps } from "../../../src/sequences/below/selected_steps";
import { UNFINISHED } from "../../../src/shared/text";

const FOUND = { error: "" } as SelectedSteps;

test("a line says how to select steps, that it computes, or what went wrong", () => {
  expect(saidOf(0, null, true)).toContain("Draw around points");
  expect(saidOf(5, null, true)).toContain("Finding");
  expect(saidOf(5, null, false)).toBe(UNFINISHED);
  expect([saidOf(5, FOUND, true), saidOf(5, { ...FOUND, error: "no cells" }, true)]).toEqual([
    "",
    "no cells",
  ]);
});

test("what chance gives stands beside the cells", () => {
  const chance = { mean: 0.55, high: 0.61, draws: 199, kind: "within" as const };
  const cell = { cell: 3, sign: 1 as const };
  expect(chanceText({ chance, cells: [{ ...cell, auc: 0.9 }] })).toBe("chance up to .61");
  expect(chanceText({ chance, cells: [{ ...cell, auc: 0.6 }] })).toBe(
    "chance up to .61: none tells them better",
  );
  expect(chanceText({ chance: null, cells: [] })).toBe("");
  expect(chanceTitle(chance)).toContain("rotated within its sequences");
  expect(chanceTitle({ ...chance, kind: "among" })).toContain("other whole sequences");
  expect(chanceTitle(null)).toBe("");
});
