import { expect, test } from "vitest";
import { isSeen, paintOf } from "../../../src/shared/picture/paint";

test("colours are read as browsers give them", () => {
  const read = ["#2563c9", "rgb(37, 99, 201)", "rgba(37, 99, 201, 0.25)", "color(srgb 1 0.5 0 / 0.5)"].map(
    paintOf,
  );
  expect(read).toEqual([
    { color: "#2563c9", opacity: 1 },
    { color: "#2563c9", opacity: 1 },
    { color: "#2563c9", opacity: 0.25 },
    { color: "#ff8000", opacity: 0.5 },
  ]);
});

test("what has no colour isn't seen", () => {
  expect(["transparent", "rgba(0, 0, 0, 0)", "", "rgb(0, 0, 0)"].map(isSeen)).toEqual([
    false,
    false,
    false,
    true,
  ]);
});
