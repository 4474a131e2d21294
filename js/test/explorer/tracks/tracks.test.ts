import { describe, expect, test } from "vitest";
import { decodeWindow } from "../../../src/explorer/time/window";
import { codeAt } from "../../../src/explorer/tracks/track_labels";
import { predictionsAt } from "../../../src/explorer/tracks/track_predictions";
import { lightOf } from "../../../src/explorer/tracks/track_row";
import { form, namedTracks } from "../../../src/explorer/tracks/tracks";
import {
  bytes,
  floats,
  NEXT,
  POS,
  PROBABILITY,
  pageOf,
  QUOTED,
  sentColumns,
  sentEnvelopes,
  sentWindow,
} from "../fixtures";

test("the rows are those of the visible tracks that there are, in the order chosen", () => {
  expect(namedTracks([POS, PROBABILITY, NEXT], ["next", "gone", "pos"])).toEqual([NEXT, POS]);
});

test("a row is built anew where its track becomes one of another form", () => {
  expect([POS, PROBABILITY, QUOTED, NEXT].map(form)).toEqual([
    "categorical",
    "continuous",
    "binary",
    "top-k",
  ]);
});

const window = decodeWindow(
  sentWindow([[0], [0], [0]], {
    start: 10,
    words: ["the", "cat", "sat"],
    tracks: {
      pos: { codes: bytes(Int32Array.of(1, -1, 0)) },
      next: {
        labels: [
          ["cat", "dog"],
          ["ran", "sat"],
          ["on", "by"],
        ],
        scores: floats(0.75, 0.25, 0.5, 0.125, 1, 0),
      },
    },
  }),
  null,
);

test("a step has the code of its label, or none", () => {
  expect([10, 11, 12, 13].map((step) => codeAt(window, "pos", step))).toEqual([1, -1, 0, -1]);
  expect(codeAt(window, "next", 10)).toBe(-1);
  expect(codeAt(null, "pos", 10)).toBe(-1);
});

describe("predictions", () => {
  test("are as strong as their scores, and the one that came next is known", () => {
    expect(predictionsAt(window, NEXT, 10)).toEqual({
      labels: ["cat", "dog"],
      strengths: [0.75, 0.25],
      came: 0,
    });
    expect(predictionsAt(window, NEXT, 11)).toEqual({
      labels: ["ran", "sat"],
      strengths: [0.5, 0.125],
      came: 1,
    });
    expect(predictionsAt(window, NEXT, 12).came).toBe(-1);
  });

  test("are none where they have not come", () => {
    const none = { labels: [], strengths: [], came: -1 };
    expect(predictionsAt(window, NEXT, 20)).toEqual(none);
    expect(predictionsAt(window, { ...NEXT, name: "pos" }, 10)).toEqual(none);
    expect(predictionsAt(null, NEXT, 10)).toEqual(none);
  });
});

describe("tracks that are dimmed", () => {
  const states = sentWindow([
    [1, 1],
    [1, 0],
    [0, 0],
  ]);
  const traits = { threshold: 0.5, selected_cells: [0, 1], _window: states };

  test("keep their colours where all selected cells are on, and hardly any where none is", () => {
    const { model, view } = pageOf({ ...traits, dim_tracks: true });
    const light = lightOf(model, view);
    expect(light(0)).toBe(1);
    expect(light(1)).toBeGreaterThan(light(2));
    expect(light(2)).toBe(0.12);
  });

  test("do so in columns as well", () => {
    const columns = { _columns: sentColumns(), _envelopes: sentEnvelopes(), word_width: 0.5 };
    const { model, view } = pageOf({ ...traits, ...columns, dim_tracks: true });
    const light = lightOf(model, view);
    expect([light(2), light(3)]).toEqual([1, 1]);
    expect(light(0)).toBeLessThan(0.5);
  });

  test("are not, unless so chosen", () => {
    const { model, view } = pageOf(traits);
    expect(lightOf(model, view)(2)).toBe(1);
  });
});
