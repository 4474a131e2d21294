import { describe, expect, test } from "vitest";
import { meaningOf } from "../../../src/explorer/find/find_list";
import type { FindHits } from "../../../src/explorer/find/hits";

const HITS: FindHits = {
  ...{ text: "the", match_case: false, count: 400, next: 3, first: 0, error: "" },
  ranges: Array.from({ length: 200 }, (_, i) => [5 * i, 5 * i + 1] as const),
  lines: [],
};

describe("in the list of hits", () => {
  const listed = { isOpen: true, active: null, shown: null, hits: HITS };

  test("arrow keys open it, and mark one hit after another", () => {
    expect(meaningOf("ArrowDown", { ...listed, isOpen: false })).toEqual({ open: true });
    expect(meaningOf("ArrowDown", listed)).toEqual({ mark: 3 });
    expect(meaningOf("ArrowDown", { ...listed, active: 7 })).toEqual({ mark: 8 });
    expect(meaningOf("ArrowUp", { ...listed, shown: 7 })).toEqual({ mark: 6 });
    expect(meaningOf("ArrowUp", { ...listed, active: 0 })).toEqual({ mark: 0 });
  });

  test("a hit that was not sent is gone to, so that it is", () => {
    expect(meaningOf("ArrowDown", { ...listed, active: 199 })).toEqual({ go: 200 });
  });

  test("Enter goes to the marked hit, and Escape closes the list", () => {
    expect(meaningOf("Enter", { ...listed, active: 7 })).toEqual({ go: 7 });
    expect(meaningOf("Escape", listed)).toEqual({ open: false });
  });

  test("other keys are the field's, and so are these where the list is closed", () => {
    expect(meaningOf("a", listed)).toBeNull();
    expect(meaningOf("Enter", listed)).toBeNull();
    expect(meaningOf("Escape", { ...listed, isOpen: false })).toBeNull();
    expect(meaningOf("Enter", { ...listed, isOpen: false, active: 7 })).toBeNull();
  });

  test("arrow keys do nothing while hits are looked for", () => {
    expect(meaningOf("ArrowDown", { ...listed, hits: null })).toEqual({});
  });
});
