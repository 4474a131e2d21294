import { expect, test } from "vitest";
import { toggled } from "../../src/shared/lists";

test("a name is added behind the others, or taken away", () => {
  expect(toggled(["a", "b"], "c")).toEqual(["a", "b", "c"]);
  expect(toggled(["a", "b"], "a")).toEqual(["b"]);
});
