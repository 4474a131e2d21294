import { expect, test } from "vitest";
import { nearest } from "../../src/shared/keep_focus";

test("the control before one that goes takes the focus, or else the one after it", () => {
  const not =
    (...out: string[]) =>
    (item: string) =>
      !out.includes(item);
  expect(nearest(["a", "b", "c", "d"], 2, not("c"))).toBe("b");
  expect(nearest(["a", "b", "c", "d"], 2, not("b", "c"))).toBe("a");
  expect(nearest(["a", "b", "c", "d"], 1, not("a", "b", "c"))).toBe("d");
  expect(nearest(["a"], 0, not("a"))).toBeUndefined();
  expect(nearest(["a", "b"], -1, not())).toBe("a");
});
