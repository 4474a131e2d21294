import { expect, test } from "vitest";
import { form, namedTracks } from "../../../src/explorer/tracks/tracks";
import { NEXT, POS, PROBABILITY, QUOTED } from "../fixtures";

test("the rows are those of the visible tracks that there are, in the order chosen", () => {
  expect(namedTracks([POS, PROBABILITY, NEXT], ["next", "gone", "pos"])).toEqual([NEXT, POS]);
});

test("a row is built anew where its track becomes one of another form", () => {
  expect([POS, PROBABILITY, QUOTED, NEXT].map(form)).toEqual([
    "categorical",
    "continuous",
    "binary",
    "top-k",
  ]);
});
