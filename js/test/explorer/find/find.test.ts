import { describe, expect, test } from "vitest";
import { stepThroughHits } from "../../../src/explorer/find/find";
import { meaningOf } from "../../../src/explorer/find/find_list";
import type { FindHits } from "../../../src/explorer/find/hits";
import { pageOf } from "../fixtures";

const HITS: FindHits = {
  ...{ text: "the", match_case: false, count: 400, next: 3, first: 0, error: "" },
  ranges: Array.from({ length: 200 }, (_, i) => [5 * i, 5 * i + 1] as const),
  lines: [],
};

describe("a step to the next hit", () => {
  test("goes to the first one from the position on, and brings it into sight", () => {
    const { model, view } = pageOf({ find_text: "the", _find_hits: { ...HITS, next: 100 } });
    stepThroughHits(model, view).step(1);
    expect([model._find_hit.value, model.position.value]).toEqual([100, 497]);
  });

  test("leaves the page where it is if the hit is in sight", () => {
    const { model, view } = pageOf({ find_text: "the", _find_hits: { ...HITS, next: 1 } });
    stepThroughHits(model, view).step(1);
    expect([model._find_hit.value, model.position.value]).toEqual([1, 0]);
  });

  test("waits for the hits of what is looked for", () => {
    const { model, view, transport } = pageOf({ find_text: "the", _find_hits: { ...HITS, text: "a" } });
    stepThroughHits(model, view).step(-1);
    expect(model._find_hit.value).toBeNull();
    transport.set("_find_hits", HITS);
    expect(model._find_hit.value).toBe(2);
  });

  test("waits for the place of a hit that was not sent", () => {
    const { model, view, transport } = pageOf({ find_text: "the", _find_hits: HITS });
    stepThroughHits(model, view).go(300);
    expect([model._find_hit.value, model.position.value]).toEqual([300, 0]);
    transport.set("_find_hits", { ...HITS, first: 299, ranges: [[700, 701] as const, [800, 801] as const] });
    expect(model.position.value).toBe(797);
  });

  test("goes nowhere where nothing is looked for", () => {
    const { model, view } = pageOf({ find_text: " ", _find_hits: { ...HITS, text: " " } });
    stepThroughHits(model, view).step(1);
    expect(model._find_hit.value).toBeNull();
  });
});

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
