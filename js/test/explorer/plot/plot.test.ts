import { expect, test } from "vitest";
import { plotTitle } from "../../../src/explorer/plot/plot";

test("the plot says what is drawn, and that shading is of a sample", () => {
  expect(plotTitle(null, 1)).toContain("a line for each cell");
  expect(plotTitle(1, 1)).toContain("a line for each cell");
  expect(plotTitle(64, 1)).toMatch(/^grey: how dense the values of all cells lie; blue/);
  expect(plotTitle(64, 16)).toContain("a random sample of 1 value in 16 and all extremes");
});
