import { expect, test } from "vitest";
import { shortest } from "../../../src/explorer/plot/value_axis";

test("an end of the axis is a number as one would type it", () => {
  expect(shortest(0.1 + 0.2)).toBe("0.3");
  expect(shortest(-1.2345678901234)).toBe("-1.23456789012");
  expect(shortest(25)).toBe("25");
});
