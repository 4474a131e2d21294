import { expect, test } from "vitest";
import { controlAfter } from "../../src/shared/tab_stop";

test("arrow keys go to the neighbours and stay at both ends, Home and End go to these", () => {
  const keys = ["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp", "Home", "End", "Tab"];
  expect(keys.map((key) => controlAfter(key, 1, 4))).toEqual([2, 2, 0, 0, 0, 3, null]);
  expect([controlAfter("ArrowRight", 3, 4), controlAfter("ArrowLeft", 0, 4)]).toEqual([3, 0]);
});
