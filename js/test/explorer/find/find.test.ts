import { describe, expect, test } from "vitest";
import { stepThroughHits } from "../../../src/explorer/find/find";
import type { FindHits } from "../../../src/explorer/find/hits";
import { pageOf } from "../fixtures";

const HITS: FindHits = {
  ...{ text: "the", match_case: false, count: 400, next: 3, first: 0, error: "" },
  ranges: Array.from({ length: 200 }, (_, i) => [5 * i, 5 * i + 1] as const),
  lines: [],
};

describe("selecting all hits", () => {
  test("waits for those of what is looked for", () => {
    const { model, view, transport } = pageOf({ find_text: "the", _find_hits: { ...HITS, text: "a" } });
    stepThroughHits(model, view).selectAll();
    expect(transport.messages).toEqual([]);
    transport.set("_find_hits", HITS);
    expect(transport.messages).toEqual([{ select: "hits" }]);
    transport.set("_find_hits", { ...HITS, next: 5 });
    expect(transport.messages).toHaveLength(1);
  });

  test("asks for nothing where there are none", () => {
    const none = { ...HITS, count: 0, ranges: [] };
    const { model, view, transport } = pageOf({ find_text: "the", _find_hits: none });
    stepThroughHits(model, view).selectAll();
    expect(transport.messages).toEqual([]);
  });
});

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
