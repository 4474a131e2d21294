import { expect, test } from "vitest";
import { attributesOf } from "../../src/sequences/published";
import { ints, pageOf } from "./fixtures";

test("the page says what it shows, and is ready once it has a width", () => {
  const { model, view } = pageOf({ filters: { correct: false }, _order: ints(3), selection: [2, 4] });
  expect(attributesOf(model, view).ready).toBe("false");
  view.width.value = 1000;
  expect(attributesOf(model, view)).toMatchObject({
    ...{ ready: "true", filters: '{"correct":false}', shown: "1", selection: "2-4", sortBy: "sequence" },
    ...{ matches: "", hoveredSequence: "", pointLabels: "none" },
  });
  view.hoveredSequence.value = 3;
  expect(attributesOf(model, view).hoveredSequence).toBe("3");
});
