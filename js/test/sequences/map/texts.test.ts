import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { describeStep, titleOf, trustTexts } from "../../../src/sequences/map/texts";
import { mapOf } from "./fixtures";

const MAP = {
  ...{ method: "pca" as const, points: 100, steps: 100, explained: [0.634, 0.228], perplexity: null },
  ...{ notes: [], trust: null, settled: true },
};

beforeEach(() => {
  vi.stubGlobal("requestAnimationFrame", () => 0);
  vi.stubGlobal("cancelAnimationFrame", () => undefined);
});

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("the title", () => {
  test("says how states got on the map", () => {
    expect(titleOf(MAP)).toBe("States, principal axes 63 % + 23 %");
    expect(titleOf({ ...MAP, method: "given", explained: null })).toBe("States, positions as given");
    expect(titleOf(null)).toBe("States");
  });

  test("says how many steps there are, and whether they move", () => {
    const moving = { ...MAP, method: "tsne" as const, explained: null, perplexity: 30 };
    expect(titleOf({ ...moving, points: 10_000, steps: 36_720, settled: false })).toBe(
      "States, t-SNE, perplexity 30, 10,000 of 36,720 steps, moving…",
    );
  });
});

describe("trust", () => {
  const figures = (trustworthiness: number | null, kept: number | null, jumps: number | null) => ({
    ...{ trustworthiness, kept, jumps },
  });
  const trust = {
    map: figures(0.9836, 0.55, 0.61),
    pca: figures(0.874, 0.3, 0.5),
    shuffled: figures(0.4996, 0.004, -0.001),
  };

  test("stands beside that of PCA and of shuffled points", () => {
    const texts = trustTexts({ ...MAP, method: "tsne", trust });
    expect(texts.map(({ name, value, beside }) => `${name} ${value} (${beside})`)).toEqual([
      "trust 0.984 (PCA 0.874, shuffled 0.50)",
      "neighbours kept 55 % (PCA 30 %, shuffled <1 %)",
      "map jumps ~ state jumps ρ 0.61 (PCA 0.50, shuffled 0.00)",
    ]);
  });

  test("of PCA isn't compared with itself", () => {
    expect(trustTexts({ ...MAP, trust })[0]?.beside).toBe("shuffled 0.50");
  });

  test("may be unknown", () => {
    const unknown = { ...trust, map: figures(null, null, null) };
    expect(trustTexts({ ...MAP, trust: unknown }).map(({ value }) => value)).toEqual([
      ...["unknown", "unknown", "unknown"],
    ]);
    expect(trustTexts(MAP)).toEqual([]);
  });
});

describe("the readout", () => {
  const colors = {
    ...{ by: "expected", kind: "classes", labels: ["early", "late"], values: null, range: null },
    codes: Uint8Array.from(Array.from({ length: 10 }, (_, i) => [i % 2, 0]).flat()),
    strength: new Uint8Array(10).fill(128),
  };
  const words = {
    ...{ sequence: 0, first: 0, end: 4, start: 0, stop: 4, words: ["the", " war", "has", "come"] },
    ...{ distances: null, codes: null, confidence: null, probabilities: null },
  };
  const describe_ = (step: number, traits: object) => describeStep(mapOf(traits).model, step, () => "");

  test("says the word, the place, and what is expected", () => {
    expect(describe_(1, { _words: words, _point_colors: colors })).toBe(
      "“␣war” · sequence 0, step 1 of 4 · expected late 0.50",
    );
  });

  test("says what it knows of steps elsewhere", () => {
    expect(describe_(6, { _words: words })).toBe("sequence 2, step 1 of 5");
    const near = { step: 6, steps: [1], word: "seas", words: ["war"] };
    expect(describe_(6, { _neighbours: near })).toBe("“seas” · sequence 2, step 1 of 5 · nearest war");
  });

  test("says numbers, also where there are none", () => {
    const values = Uint8Array.of(0, 254, 255, 127, 0, 0, 0, 0, 0, 0);
    const trust = {
      ...colors,
      by: "trust",
      kind: "values",
      codes: null,
      strength: null,
      values,
      range: [0, 2],
    };
    expect(describe_(1, { _point_colors: trust })).toContain("trust 2");
    expect(describe_(2, { _point_colors: trust })).toContain("no trust");
  });

  test("says that a step isn't on the map", () => {
    const some = { count: 1, coordinates: new Float32Array(2), steps: Int32Array.of(3) };
    expect(describe_(1, { _points: some })).toContain("not on the map");
  });
});
