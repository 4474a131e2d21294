import { describe, expect, test } from "vitest";
import type { Cause } from "../../../src/sequences/below/cause";
import {
  aucText,
  byTrack,
  distanceText,
  isChance,
  occlusionText,
  probabilityText,
  ratioText,
  restText,
  shareTitle,
  signed,
  stepsIn,
  telling,
  tellingCells,
  whyNotTake,
} from "../../../src/sequences/below/texts";

const HEALTH = { label: "health", count: 12, share: 0.04, base: 0.0042, ratio: 9.2, p: 0.004 };

describe("selected steps", () => {
  test("are counted in the text that they travel as", () => {
    for (const count of [0, 1, 2, 3, 4, 312]) {
      const text = btoa(String.fromCharCode(...new Uint8Array(4 * count)));
      expect(stepsIn(text)).toBe(count);
    }
  });

  test("have words whose chips say how much more frequent they are, and what that is of", () => {
    expect([9.2, 1, 123.4, 1234, Number.POSITIVE_INFINITY].map(ratioText)).toEqual([
      ...["9.2×", "1.0×", "123×", "1,234×", "∞×"],
    ]);
    expect(shareTitle(HEALTH, 312)).toBe(
      "health: 12 of 312 selected steps (4 %); <1 % of all steps; p 0.004 where they are dealt anew, adjusted for how many there are",
    );
    expect(shareTitle({ ...HEALTH, p: null }, 312)).toBe(
      "health: 12 of 312 selected steps (4 %); <1 % of all steps",
    );
    expect([0.05, 0.051, null].map(isChance)).toEqual([false, true, false]);
  });

  test("have labels of each track together", () => {
    const label = (track: string, name: string) => ({ ...HEALTH, track, label: name });
    const found = byTrack([label("pos", "NOUN"), label("era", "new"), label("pos", "VERB")]);
    expect(found.map(([track, labels]) => [track, labels.map((each) => each.label)])).toEqual([
      ["pos", ["NOUN", "VERB"]],
      ["era", ["new"]],
    ]);
  });

  test("are told by cells that are high there, or low, better than chance", () => {
    const cells = [
      { cell: 17, auc: 0.96, sign: 1 as const },
      { cell: 84, auc: 0.94, sign: -1 as const },
      { cell: 3, auc: 0.58, sign: 1 as const },
    ];
    expect(cells.map((cell) => aucText(telling(cell)))).toEqual([".96", ".94", ".58"]);
    expect(aucText(1)).toBe("1");
    expect(tellingCells({ cells, chance: { mean: 0.55, high: 0.61, draws: 99, kind: "within" } })).toEqual([
      17, 84,
    ]);
    expect(tellingCells({ cells, chance: null })).toEqual([17, 84, 3]);
  });
});

test("cells are taken by a linked explorer, for a selection", () => {
  expect(whyNotTake(0, [3, 5])).toContain("link(explorer, sequences)");
  expect(whyNotTake(1, null)).toContain("select words first");
  expect(whyNotTake(1, [3, 5])).toBe("");
});

describe("a jump", () => {
  const cause = { of: 3, probabilities: [0.18, 0.57] } as unknown as Cause;

  test("is said with its length, and how it changes the probability of the class", () => {
    expect(distanceText({ distance: 0.53, quantile: 0.996 })).toBe("0.53, longer than 99.6 % of all");
    expect(distanceText({ distance: 0.53, quantile: 0.99 })).toBe("0.53, longer than 99 % of all");
    expect(distanceText({ distance: 0.53, quantile: 0.99999 })).toBe("0.53, among the longest 0.1 % of all");
    expect(distanceText({ distance: 0.53, quantile: null })).toBe("0.53");
    expect(distanceText({ distance: null, quantile: null })).toContain("isn’t finite");
    expect(probabilityText(cause, (place) => `class ${place}`)).toBe("p(class 3) 0.18 → 0.57");
    expect(probabilityText({ ...cause, of: null }, String)).toBe("");
  });

  test("has effects with their sign, those of the other cells summed", () => {
    expect([0.21, -0.05, 0, 0.0049, -0.0004].map(signed)).toEqual([
      "+0.21",
      "−0.05",
      "0.00",
      "+0.005",
      "−0.0004",
    ]);
    expect(restText({ cells: 124, effect: 0.04, share: 0.5 })).toBe("124 more +0.04");
    expect([
      restText({ cells: 124, effect: null, share: null }),
      restText({ cells: 0, effect: 0, share: 0 }),
    ]).toEqual(["124 more", ""]);
    expect(occlusionText({ effect: -0.4, final: 0.71, of: 3 }, (place) => `class ${place}`)).toBe(
      "without this word the final p(class 3) would be 0.31 (occlusion −0.40)",
    );
  });
});
