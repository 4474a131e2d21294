import { expect, test } from "vitest";
import type { Cause } from "../../../src/sequences/below/cause";
import { cellsToTake, saidOf, weightsText, wordsOf } from "../../../src/sequences/below/cause_panel";
import { UNFINISHED } from "../../../src/shared/text";

const FOUND = { error: "" } as Cause;

test("a line says how to choose a jump, that it computes, or what went wrong", () => {
  expect(saidOf(null, null, true)).toContain("Click a bar");
  expect(saidOf(5, null, true)).toContain("Finding");
  expect(saidOf(5, null, false)).toBe(UNFINISHED);
  expect([saidOf(5, FOUND, true), saidOf(5, { ...FOUND, error: "no jump" }, true)]).toEqual(["", "no jump"]);
});

test("without weights it is said what to pass", () => {
  const cell = { cell: 3, change: 0.5, effect: null, share: 0.2 };
  const known = { of: 1, cells: [cell] };
  expect(weightsText(known, String, null)).toContain("weights=data.output_weights ");
  expect(weightsText(known, String, "hidden")).toContain('weights={"hidden": data.output_weights} ');
  expect(weightsText({ of: 1, cells: [{ ...cell, effect: 0.2 }] }, () => "new", null)).toBe(
    "how much each changes the logit of new",
  );
});

test("cells are taken for both words of the jump where no others are selected", () => {
  expect(wordsOf({ step: 40 })).toEqual([40, 42]);
});

test("cells that fall are to be taken as mirrors, where there are some", () => {
  const known = { effect: null, share: 0.2 };
  const cells = [
    { cell: 9, change: -0.5, ...known },
    { cell: 3, change: 0.4, ...known },
    { cell: 5, change: null, ...known },
  ];
  expect(cellsToTake({ cells })).toEqual({ cells: [3, 5, 9], low: [9] });
});
