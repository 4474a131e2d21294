import { expect, test } from "vitest";
import { describedAs } from "../../../src/explorer/words/ruler_row";

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
