import { expect, test } from "vitest";
import { isInside } from "../../src/shared/lasso";

test("a lasso holds what lies in it, also where it is bent", () => {
  const corners = [
    [0, 0],
    [10, 0],
    [10, 10],
    [5, 3],
    [0, 10],
  ] as const;
  expect(isInside([5, 2], corners)).toBe(true);
  expect(isInside([5, 6], corners)).toBe(false);
  expect(isInside([1, 7], corners)).toBe(true);
  expect(isInside([-1, 5], corners)).toBe(false);
  expect(isInside([11, 5], corners)).toBe(false);
});
