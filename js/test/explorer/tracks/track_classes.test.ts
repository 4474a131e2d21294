import { expect, test } from "vitest";
import { decodeColumns } from "../../../src/explorer/time/columns";
import { decodeTrack } from "../../../src/explorer/time/window";
import { classTexts, probabilityAt } from "../../../src/explorer/tracks/track_classes";
import { textAt, valueColor } from "../../../src/explorer/tracks/track_colors";
import { columnFills } from "../../../src/explorer/tracks/track_columns";
import { classFill, classRows, rowOfClass, sureness } from "../../../src/shared/classes";
import { NO_COLORS } from "../../../src/shared/theme";
import type { Track } from "../../../src/shared/track";
import { bytes, floats } from "../fixtures";

const MODEL: Track = {
  ...{ name: "model", kind: "output", targets: true },
  ...{ labels: ["good", "bad"], counts: [2, 1], unexpected: ["mixed"], classes: 3 },
};
const SHOWN = decodeTrack({
  codes: bytes(Int32Array.of(0, 1, 0)),
  confidence: floats(0.75, 0.5, 0.5),
  probabilities: floats(0.75, 0.25, 0, 0.25, 0.5, 0.25, 0.5, 0.25, 0.25),
  targets: bytes(Int32Array.of(-1, -1, 2)),
});
const COLORS = { ...NO_COLORS, labels: ["red", "green"], labelRest: "grey", labelStrength: 0.5 };
const CLASSES = { ...NO_COLORS, classes: Array.from({ length: 13 }, (_, i) => `colour ${i}`) };

function many(classes: number): Track {
  const labels = Array.from({ length: classes }, (_, i) => `c${i}`);
  return { name: "many", kind: "output", labels, counts: labels.map(() => 1), unexpected: [], classes };
}

test("each class has a row, those that are expected nowhere last; of many classes the others share one", () => {
  const names = (track: Track) => classRows(track).map(({ name }) => name);
  expect(names(MODEL)).toEqual(["good", "bad", "mixed"]);
  expect(names(many(13)).slice(11)).toEqual(["c11", "c12"]);
  expect(names(many(200)).slice(11)).toEqual(["c11", "188 others"]);
  expect([-1, 0, 11, 12, 199].map((place) => rowOfClass(many(200), place))).toEqual([-1, 0, 11, 12, 12]);
});

test("a few classes have their rows in the order that was given, each with its own colour and probability", () => {
  const graded = { ...MODEL, rows: [1, 2, 0] };
  expect(classRows(graded)).toEqual([
    { name: "bad", place: 1 },
    { name: "mixed", place: 2 },
    { name: "good", place: 0 },
  ]);
  expect([-1, 0, 1, 2].map((place) => rowOfClass(graded, place))).toEqual([-1, 2, 0, 1]);
  if (SHOWN.kind !== "output") throw new Error("an output track");
  expect(classTexts(graded, SHOWN, 0, 0)).toEqual(["p(bad) 0.25"]);
  expect(classTexts(graded, SHOWN, 2, 2)).toEqual(["p(good) 0.50", "true: mixed"]);
});

test("the colour of an expected class is full where it is certain, and palest at the probability of chance", () => {
  expect(sureness(1, MODEL)).toBe(1);
  expect(sureness(1 / 3, MODEL)).toBeCloseTo(0.3);
  expect(sureness(2 / 3, MODEL)).toBeCloseTo(0.65);
  expect(sureness(undefined, MODEL)).toBe(1);
  expect(valueColor(MODEL, 1, 1, 2 / 3)).toContain("calc(0.650 * var(--lv-label-strength))");
  expect(valueColor(MODEL, 2, 1, 0.5)).toBe(null);
});

test("the readout names the expected class, the class that is pointed at, and the true class", () => {
  if (SHOWN.kind !== "output") throw new Error("an output track");
  expect(textAt(MODEL, SHOWN, 0)).toBe("good 0.75");
  expect(classTexts(MODEL, SHOWN, 0, 1)).toEqual(["p(bad) 0.25"]);
  expect(classTexts(MODEL, SHOWN, 2, null)).toEqual(["true: mixed"]);
  expect(classTexts(MODEL, SHOWN, 1, 9)).toEqual([]);
});

test("columns hold means in 255ths", () => {
  const columns = decodeColumns({
    ...{ layer: "states", stride: 2, start: 0, stop: 4, density_range: [0, 1], words: null },
    lowest: bytes(Float64Array.of(0, 0)),
    highest: bytes(Float64Array.of(1, 1)),
    density: bytes(new Uint8Array(2)),
    sequence_starts: bytes(new Int32Array()),
    tracks: {
      model: {
        codes: bytes(Int32Array.of(0, 1)),
        confidence: floats(1, 0.5),
        probabilities: bytes(Uint8Array.of(255, 0, 51, 204)),
      },
    },
  });
  const shown = columns?.tracks.get("model");
  if (shown?.kind !== "output") throw new Error("an output track");
  expect(probabilityAt(shown, 1, 0)).toBeCloseTo(0.2);
  expect(probabilityAt(shown, 1, 1)).toBeCloseTo(0.8);
  expect(columnFills(MODEL, shown, 1, 1, COLORS)).toEqual([{ color: "green", alpha: 0.5 }]);
});

test("a cell of the matrix is the darker the more probable its class", () => {
  expect(classFill(1, 0, CLASSES)).toEqual({ color: "colour 0", alpha: 0.9 });
  expect(classFill(0.5, 1, CLASSES)).toEqual({ color: "colour 1", alpha: 0.45 });
  expect(classFill(1, 12, CLASSES)).toEqual({ color: "colour 12", alpha: 0.9 });
  expect(classFill(Number.NaN, 0, CLASSES).alpha).toBe(0);
});
