import { expect, test } from "vitest";
import { decodeWindow } from "../../../src/explorer/time/window";
import { codeAt } from "../../../src/explorer/tracks/track_labels";
import { bytes, floats, sentWindow } from "../fixtures";

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
