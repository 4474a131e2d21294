import { expect, test } from "vitest";
import { selectionText } from "../../../src/explorer/contrast/keep";

test("all phrases that are selected together are kept, and counted", () => {
  expect(selectionText(0)).toBe("the selection");
  expect(selectionText(1)).toBe("the selection");
  expect(selectionText(1234)).toBe("the 1,234 selected phrases");
});
