import { expect, test } from "vitest";
import { bestTitle, labelChoices, togetherText } from "../../../src/explorer/cells/align_menu";
import { whyNotTaken } from "../../../src/explorer/cells/best_menu";

test("cells can be aligned with the 30 most frequent labels of each track, each track of numbers, and what is chosen", () => {
  const labels = Array.from({ length: 40 }, (_, i) => `l${i}`);
  const tracks = [
    { name: "pos", kind: "categorical" as const, labels },
    { name: "end", kind: "continuous" as const, binary: true },
    { name: "height", kind: "continuous" as const, binary: false },
    { name: "next", kind: "top-k" as const },
  ];
  expect(labelChoices(tracks, null).map(({ text }) => text)).toEqual([
    ...labels.slice(0, 30).map((label) => `pos: ${label}`),
    "end",
    "height",
  ]);
  expect(labelChoices(tracks, null).at(-1)).toEqual({ track: "height", label: "", text: "height" });
  expect(labelChoices(tracks, ["pos", "l35"]).at(-1)).toEqual({
    track: "pos",
    label: "l35",
    text: "pos: l35",
  });
  expect(labelChoices(tracks, ["pos", "l3"])).toHaveLength(32);
});

test("it is said what the best cells are, or why there are none", () => {
  const alignment = {
    layer: "a",
    track: "pos",
    label: "NOUN",
    f1: new Float32Array(),
    sign: new Int8Array(),
    auc: new Float32Array(),
    rules: { cell: [], threshold: [], sign: [] },
  };
  const found = (best: number[], error = "") => ({ ...alignment, best, error });
  expect(bestTitle("NOUN", null)).toBe("aligning with NOUN…");
  expect(bestTitle("NOUN", null, false)).toBe("aligning with NOUN: unfinished when this was saved");
  expect(bestTitle("NOUN", found([], "cancelled"))).toBe("cancelled");
  expect(bestTitle("NOUN", found([]))).toBe("no cell can be aligned with NOUN");
  expect(bestTitle("NOUN", found([3]))).toBe("best for NOUN");
  expect(bestTitle("NOUN", found([3, 4]))).toBe("best 2 for NOUN");
});

test("beside the cells that follow numbers it is said how much all cells tell of them", () => {
  const found = (together: number | "computing" | null, error = "") => ({
    ...{ layer: "a", track: "depth", label: "", f1: new Float32Array(), auc: new Float32Array() },
    ...{ rho: Float32Array.of(0.5), r2: Float32Array.of(0.25), sign: Int8Array.of(1), best: [0] },
    ...{ rules: { cell: [], threshold: [], sign: [] }, together, error },
  });
  expect(togetherText(null)).toBe("");
  expect(togetherText(found("computing"))).toBe("all cells: …");
  expect(togetherText(found("computing"), false)).toBe("all cells: unfinished when this was saved");
  expect(togetherText(found("computing", "cancelled"))).toBe("all cells: cancelled");
  expect(togetherText(found(-0.125))).toBe("all cells: R² −0.13");
  expect(togetherText(found(null))).toBe("");
  expect(bestTitle("depth", found("computing", "cancelled"))).toBe("best for depth");
});

test("it is said why the best cells can't be taken", () => {
  expect(whyNotTaken(true, 3, false)).toBeNull();
  expect(whyNotTaken(false, 3, false)).toBe("select some words first");
  expect(whyNotTaken(true, 0, false)).toBe("all of them are low where the label stands");
  expect(whyNotTaken(true, 0, true)).toBe("none of them rises with the numbers");
});
