import { expect, test } from "vitest";
import { summaryOf } from "../../../src/explorer/contrast/contrast_panel";

test("a closed panel names the sets, with their numbers of phrases", () => {
  const sets = [
    { name: "dogs ", count: 1204 },
    { name: "cats", count: 3 },
  ];
  expect(summaryOf(sets)).toBe("dogs␣ 1,204 · cats 3");
});
