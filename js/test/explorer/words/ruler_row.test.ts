import { expect, test } from "vitest";
import { describedAs, ROW_TITLE, rowTitle } from "../../../src/explorer/words/ruler_row";

test("among words the row is a list of them", () => {
  expect(describedAs(false, 5)).toEqual({
    role: "listbox",
    "aria-multiselectable": "true",
    "aria-label": "Words. Arrow keys move, with Shift they select.",
    "aria-valuenow": null,
    "aria-valuetext": null,
  });
});

test("in columns it is one thing, on which a cursor moves", () => {
  expect(describedAs(true, 12_000)).toEqual({
    role: "slider",
    "aria-multiselectable": null,
    "aria-label": "Time steps. Arrow keys move, with Shift they select.",
    "aria-valuenow": "12000",
    "aria-valuetext": "step 12,000",
  });
});

test("the row says what its marks are, and that only some sequences have one", () => {
  expect(rowTitle({ pixels: [], every: 1 })).toBe(ROW_TITLE);
  expect(rowTitle({ pixels: [5], every: 1 })).toBe(
    `${ROW_TITLE}; marks at the lower edge: starts of sequences`,
  );
  expect(rowTitle({ pixels: [5], every: 2 })).toContain("starts of every 2nd sequence");
  expect(rowTitle({ pixels: [5], every: 1000 })).toContain("starts of every 1,000th sequence");
});
