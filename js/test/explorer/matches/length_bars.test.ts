import { describe, expect, test } from "vitest";
import { candidatesListed, drawnBars } from "../../../src/explorer/matches/length_bars";
import { pageOf } from "../fixtures";

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

describe("the list is chosen from", () => {
  const bars = [
    [2, 2, 2100, 40],
    [3, 3, 858, 7],
    [40, 99, 5, 1],
  ];
  const listed = (traits: object) => candidatesListed(pageOf({ _n_candidates: 3356, ...traits }).model);

  test("all candidates, where no length is kept", () => {
    expect(listed({ _length_histogram: bars })).toBe(3356);
    expect(listed({ _n_candidates: null })).toBeNull();
  });

  test("those of the only length kept", () => {
    expect(listed({ _length_histogram: bars, length_filter: 3 })).toBe(858);
    expect(listed({ _length_histogram: bars, length_filter: 4 })).toBe(0);
  });

  test("so many as are not counted yet", () => {
    expect(listed({ _length_histogram: null, length_filter: 3 })).toBeNull();
    expect(listed({ _length_histogram: bars, length_filter: 50 })).toBeNull();
  });
});
