import { expect, test } from "vitest";
import { parseLength } from "../../../src/explorer/header/view_menu";

test("the length of a run is a whole number from 1 on", () => {
  expect(["3", " 12 ", "0", "-1", "2.5", "many", ""].map(parseLength)).toEqual([
    3,
    12,
    null,
    null,
    null,
    null,
    null,
  ]);
});
