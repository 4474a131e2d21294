import { describe, expect, test } from "vitest";
import { decodeWindow } from "../../../src/explorer/time/window";
import { predictionsAt } from "../../../src/explorer/tracks/track_predictions";
import { bytes, floats, NEXT, sentWindow } from "../fixtures";

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
