import { expect, test } from "vitest";
import { drawnBars } from "../../../src/explorer/matches/length_bars";

test("a bar is as high as the square root of its count, and says both counts", () => {
  const bars = drawnBars(
    [
      [2, 2, 1600, 100],
      [3, 3, 16, 0],
      [40, 99, 1, 1],
    ],
    12,
  );
  expect(bars[0]).toEqual({
    length: 2,
    every: 1,
    full: 0.25,
    title: "length 2: 1,600 candidates, 100 with all 12 cells",
  });
  expect(bars[1]).toMatchObject({ length: 3, every: 0.1, full: 0 });
  expect(bars[2]?.title).toBe("lengths 40 to 99: 1 candidate, 1 with all 12 cells");
});

test("a bar of several lengths stands for none that could be kept", () => {
  expect(drawnBars([[40, 99, 1, 1]], 1)[0]).toMatchObject({
    length: null,
    title: expect.stringContaining("the selected cell"),
  });
});
