import { expect, test } from "vitest";
import { countLabels } from "../../src/scatter/legend";
import { plotOf } from "./fixtures";

test("the legend has how many points each label has", () => {
  expect([...countLabels(plotOf().model._points.value)]).toEqual([4, 2, 1]);
});
