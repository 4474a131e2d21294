import { expect, test } from "vitest";
import { bestTitle, labelChoices } from "../../../src/explorer/cells/align_menu";

test("cells can be aligned with the 30 most frequent labels of each track, 0/1 tracks, and what is chosen", () => {
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
  ]);
  expect(labelChoices(tracks, ["pos", "l35"]).at(-1)).toEqual({
    track: "pos",
    label: "l35",
    text: "pos: l35",
  });
  expect(labelChoices(tracks, ["pos", "l3"])).toHaveLength(31);
});

test("it is said what the best cells are, or why there are none", () => {
  const alignment = {
    layer: "a",
    track: "pos",
    label: "NOUN",
    f1: new Float32Array(),
    sign: new Int8Array(),
    auc: new Float32Array(),
    threshold: new Float64Array(),
  };
  const found = (best: number[], error = "") => ({ ...alignment, best, error });
  expect(bestTitle("NOUN", null)).toBe("aligning with NOUN…");
  expect(bestTitle("NOUN", null, false)).toBe("aligning with NOUN: unfinished when this was saved");
  expect(bestTitle("NOUN", found([], "cancelled"))).toBe("cancelled");
  expect(bestTitle("NOUN", found([]))).toBe("no cell can be aligned with NOUN");
  expect(bestTitle("NOUN", found([3]))).toBe("best for NOUN");
  expect(bestTitle("NOUN", found([3, 4]))).toBe("best 2 for NOUN");
});
