import { signal } from "@preact/signals-core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { announceResults, describeResults } from "../../src/explorer/announce";
import type { LengthBar } from "../../src/explorer/matches/length_bars";
import { FakeElement } from "../shared/fake_element";
import { pageOf } from "./fixtures";

function shown(
  selection: [number, number] | null,
  cells: number,
  matches: number,
  candidates: number | null,
  lengths: { kept: number; bars: readonly LengthBar[] } | null = null,
) {
  const rows = Array.from({ length: matches }, () => 0);
  return {
    selection: signal(selection),
    selected_ranges: signal<[number, number][]>([]),
    _n_ranges: signal(0),
    tolerance: signal(0),
    selected_cells: signal(Array.from({ length: cells }, (_, i) => i)),
    matches: signal({ start: rows, stop: rows, overlap: rows, union: rows }),
    _n_candidates: signal(candidates),
    length_filter: signal(lengths?.kept ?? null),
    _length_histogram: signal(lengths?.bars ?? null),
    _window: signal({ start: 5, stop: 20, words: "a b c d e f g h i j k l m n o".split(" ") } as never),
  };
}

test("says what is selected and what came of it", () => {
  expect(describeResults(shown([6, 9], 7, 50, 1204))).toBe(
    "Selected “b c d”, 3 steps: 7 cells on; 50 matches of 1,204.",
  );
  expect(describeResults(shown([6, 7], 1, 1, 1))).toBe("Selected “b”, 1 step: 1 cell on; 1 match.");
  expect(describeResults(shown(null, 0, 0, 0))).toBe("Nothing is selected.");
});

test("says at how many phrases cells are on, where several are selected", () => {
  const several = { ...shown([6, 9], 7, 50, 1204), _n_ranges: signal(9), tolerance: signal(0) };
  expect(describeResults(several)).toBe(
    "Selected 9 phrases: 7 cells on in all of them; 50 matches of 1,204.",
  );
  several.tolerance.value = 0.2;
  expect(describeResults(several)).toBe(
    "Selected 9 phrases: 7 cells on in at least 8 of them; 50 matches of 1,204.",
  );
});

test("says how many matches there are of the only length kept", () => {
  const lengths = { kept: 3, bars: [[2, 2, 346, 9] as const, [3, 3, 858, 7] as const] };
  expect(describeResults(shown([6, 9], 7, 50, 1204, lengths))).toBe(
    "Selected “b c d”, 3 steps: 7 cells on; 50 matches of 858, only those of 3 steps.",
  );
});

test("says few of many words, and none that are not known", () => {
  expect(describeResults(shown([5, 15], 0, 0, null))).toBe(
    "Selected “a b c d e f g h …”, 10 steps: 0 cells on; 0 matches.",
  );
  expect(describeResults(shown([100, 102], 2, 3, null))).toBe("Selected 2 steps: 2 cells on; 3 matches.");
});

describe("a change is spoken", () => {
  let region: FakeElement;

  beforeEach(() => {
    vi.useFakeTimers();
    region = new FakeElement();
    vi.stubGlobal("document", { createElement: () => region });
  });

  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  function speaking(traits: object = {}) {
    const root = new FakeElement();
    const page = pageOf({ _n_candidates: 0, ...traits });
    const dispose = announceResults(root.element, page.model);
    return { ...page, root, dispose };
  }

  test("once, after a while of quiet, and not at the start", () => {
    const { model } = speaking();
    vi.runAllTimers();
    expect(region.textContent).toBe("");
    model.set("selection", [3, 5]);
    vi.advanceTimersByTime(500);
    model.set("selection", [3, 6]);
    vi.advanceTimersByTime(500);
    expect(region.textContent).toBe("");
    vi.advanceTimersByTime(500);
    expect(region.textContent).toBe("Selected 3 steps: 0 cells on; 0 matches.");
  });

  test("later while the matches are still being counted", () => {
    const { model } = speaking({ _n_candidates: null });
    model.set("selection", [3, 5]);
    vi.advanceTimersByTime(2400);
    expect(region.textContent).toBe("");
    vi.advanceTimersByTime(200);
    expect(region.textContent).not.toBe("");
  });

  test("not while a button is down, nor while something is computed", () => {
    const { model, root, transport } = speaking();
    root.matches = () => true;
    model.set("selection", [3, 5]);
    vi.advanceTimersByTime(5000);
    expect(region.textContent).toBe("");
    root.matches = () => false;
    transport.set("progress", 0.5);
    vi.advanceTimersByTime(5000);
    expect(region.textContent).toBe("");
    transport.set("progress", null);
    vi.advanceTimersByTime(1000);
    expect(region.textContent).not.toBe("");
  });

  test("not once the view is gone", () => {
    const { model, dispose } = speaking();
    model.set("selection", [3, 5]);
    dispose();
    vi.runAllTimers();
    expect(region.textContent).toBe("");
  });
});
