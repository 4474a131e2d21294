import { expect, test } from "vitest";
import { scaleOf } from "../../../src/explorer/header/tracks_menu";
import { POS, PROBABILITY, QUOTED } from "../fixtures";

test("the menu of tracks tells the scale of a row that is too thin to be pointed at", () => {
  expect(scaleOf(PROBABILITY)).toBe("0.00 to 1.00");
  expect(scaleOf({ ...PROBABILITY, range: null })).toBe("no values");
  expect(scaleOf(QUOTED)).toBe("filled where 1");
  expect(scaleOf(POS)).toBe("");
});
