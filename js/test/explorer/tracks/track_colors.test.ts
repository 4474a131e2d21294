import { describe, expect, test } from "vitest";
import type { Window } from "../../../src/explorer/time/window";
import {
  comparableTracks,
  labelMix,
  legendEntries,
  rampRange,
  rampTone,
  scoreStrength,
  textAt,
  toneColor,
  trueNext,
  valueColor,
  valueText,
} from "../../../src/explorer/tracks/track_colors";
import { labelColor } from "../../../src/shared/label_colors";
import { NO_COLORS } from "../../../src/shared/theme";
import type { Track } from "../../../src/shared/track";

describe("a ramp", () => {
  test("runs from the least value to the greatest", () => {
    expect(rampTone(2, [2, 6])).toEqual({ name: "ramp", amount: 0 });
    expect(rampTone(3, [2, 6])).toEqual({ name: "ramp", amount: 0.25 });
    expect(rampTone(6, [2, 6])).toEqual({ name: "ramp", amount: 1 });
    expect(rampTone(-2, [-6, -2])).toEqual({ name: "ramp", amount: 1 });
  });

  test("diverges around 0 where both signs occur, equally fast on both sides", () => {
    expect(rampTone(-1, [-4, 2])).toEqual({ name: "ramp-below", amount: 0.25 });
    expect(rampTone(1, [-4, 2])).toEqual({ name: "ramp-above", amount: 0.25 });
    expect(rampTone(0, [-4, 2])?.amount).toBe(0);
    expect(rampTone(-4, [-4, 2])?.amount).toBe(1);
  });

  test("has no colour where there is no value", () => {
    expect(rampTone(Number.NaN, [0, 1])).toBeNull();
    expect(rampTone(1, null)).toBeNull();
  });

  test("ends at its ends for infinite values, and holds one value in its middle", () => {
    expect(rampTone(Number.POSITIVE_INFINITY, [0, 1])?.amount).toBe(1);
    expect(rampTone(Number.NEGATIVE_INFINITY, [-1, 1])).toEqual({ name: "ramp-below", amount: 1 });
    expect(rampTone(7, [7, 7])).toEqual({ name: "ramp", amount: 0.5 });
  });

  test("of zeros and ones goes from 0 to 1, though only ones may occur", () => {
    const ones: Track = { name: "on", kind: "continuous", range: [1, 1], binary: true };
    expect(rampTone(1, rampRange(ones))?.amount).toBe(1);
  });

  test("is mixed from colours of the style sheet, up to a limit", () => {
    const tone = { name: "ramp", amount: 0.5 } as const;
    expect(toneColor(tone)).toBe("color-mix(in srgb, var(--lv-ramp) 50%, var(--lv-ramp-zero))");
    expect(toneColor(tone, 0.4)).toContain(" 20%");
  });
});

test("a label has a colour by its rank, one grey is for all after the twelfth, and no label has none", () => {
  expect([0, 11, 12, 40].map(labelColor)).toEqual([
    "var(--lv-label-0)",
    "var(--lv-label-11)",
    "var(--lv-label-rest)",
    "var(--lv-label-rest)",
  ]);
  expect(labelColor(-1)).toBe("transparent");
});

test("a label on a canvas has the same colour, at the strength of the theme", () => {
  const colors = { ...NO_COLORS, labels: ["red", "green"], labelRest: "grey", labelStrength: 0.5 };
  expect([0, 1, 12].map((code) => labelMix(code, colors)?.color)).toEqual(["red", "green", "grey"]);
  expect(labelMix(0, colors)?.amount).toBe(0.5);
  expect(labelMix(-1, colors)).toBeNull();
});

describe("a legend", () => {
  test("tells the colour and the count of each label", () => {
    expect(legendEntries(["NOUN", "DET"], [7, 3])).toEqual([
      { color: "var(--lv-label-0)", label: "NOUN", count: 7 },
      { color: "var(--lv-label-1)", label: "DET", count: 3 },
    ]);
  });

  test("has the labels after the twelfth share one grey", () => {
    const labels = Array.from({ length: 15 }, (_, i) => `L${i}`);
    const entries = legendEntries(
      labels,
      labels.map((_, i) => 20 - i),
    );
    expect(entries).toHaveLength(13);
    expect(entries[12]).toEqual({ color: "var(--lv-label-rest)", label: "3 more labels", count: 8 + 7 + 6 });
    expect(new Set(entries.map((entry) => entry.color)).size).toBe(13);
  });

  test("names a thirteenth label that stands alone", () => {
    const labels = Array.from({ length: 13 }, (_, i) => `L${i}`);
    expect(legendEntries(labels, []).at(-1)?.label).toBe("L12");
  });
});

describe("predictions", () => {
  const window = {
    start: 10,
    stop: 13,
    words: ["the", "cat", "sat"],
    sequenceStarts: [12],
  } as unknown as Window;

  test("are marked where one is the next token", () => {
    expect(trueNext(window, 10, ["dog", "cat", "hat"])).toBe(1);
    expect(trueNext(window, 10, ["dog", "Cat"])).toBe(-1);
  });

  test("are not marked at the end of a sequence, nor where the next token is not known", () => {
    expect(trueNext(window, 11, ["sat"])).toBe(-1);
    expect(trueNext(window, 12, ["down"])).toBe(-1);
  });

  test("are as strong as their probability, or as their place among the scores", () => {
    expect(scoreStrength(0.25, [0.1, 0.5])).toBe(0.25);
    expect(scoreStrength(-2, [-4, 0])).toBe(0.5);
    expect(scoreStrength(7, [7, 7])).toBe(0);
    expect(scoreStrength(Number.NaN, [0, 1])).toBe(0);
    expect(scoreStrength(1, null)).toBe(0);
  });
});

describe("what is said of a step", () => {
  const pos: Track = { name: "pos", kind: "categorical", labels: ["NOUN", "ADJ"] };
  const p: Track = { name: "p", kind: "continuous", range: [0, 1] };
  const quoted: Track = { name: "quoted", kind: "continuous", range: [0, 1], binary: true };
  const next: Track = { name: "next", kind: "top-k", k: 2 };

  test("is its label, or the name and the value of its track", () => {
    expect(valueText(pos, 1)).toBe("ADJ");
    expect(valueText(p, 0.831)).toBe("p 0.83");
    expect(valueText(quoted, 1)).toBe("quoted");
  });

  test("is nothing where there is no value", () => {
    expect(valueText(pos, -1)).toBeNull();
    expect(valueText(p, undefined)).toBeNull();
    expect(valueText(quoted, 0)).toBeNull();
    expect(valueText(pos, undefined)).toBeNull();
    expect(valueColor(pos, -1)).toBeNull();
    expect(valueColor(p, undefined)).toBeNull();
  });

  test("is the infinity that the largest number stands for", () => {
    expect(valueText(p, Number.NEGATIVE_INFINITY)).toBe("p −∞");
  });

  test("is the likeliest of several labels, with its score", () => {
    const shown = {
      kind: "top-k",
      labels: [
        ["a", "b"],
        ["c", "d"],
      ],
      scores: Float32Array.from([0.5, 0.25, 0.75, 0.125]),
    } as const;
    expect(textAt(next, shown, 1)).toBe("next: c 0.75");
    expect(textAt(next, undefined, 1)).toBeNull();
    expect(textAt(next, { ...shown, scores: new Float32Array(4).fill(Number.NaN) }, 1)).toBe("next: c");
  });

  test("can be compared between matches where it is one label or number", () => {
    expect(comparableTracks([pos, next, p])).toEqual([pos, p]);
  });
});
