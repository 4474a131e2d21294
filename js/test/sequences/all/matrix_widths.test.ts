import { expect, test } from "vitest";
import { shortCount, widthsIn } from "../../../src/sequences/all/matrix_widths";

/** Ten pixels a character. */
const widths = (room: number, labels: readonly string[], counts: readonly number[]) =>
  widthsIn(room, labels, counts, "font", (text) => 10 * text.length);

test("counts are short enough for a cell", () => {
  expect([0, 9999, 10_400, 999_400, 1_234_567].map(shortCount)).toEqual([
    "0",
    "9,999",
    "10k",
    "999k",
    "1.2M",
  ]);
});

test("bars and their numbers are drawn where there is room for them", () => {
  const labels = ["early", "late"];
  expect(widths(400, labels, [88])).toEqual({ names: 80, cell: 31, bars: true, numbers: true });
  expect(widths(220, labels, [88])).toMatchObject({ bars: true, numbers: false });
  expect(widths(160, labels, [88])).toMatchObject({ bars: false, numbers: false });
});

test("cells get narrower before the matrix has to scroll", () => {
  const labels = Array.from({ length: 12 }, (_, i) => `class ${i}`);
  const { names, cell } = widths(340, labels, [88]);
  expect(names + 12 * cell).toBeLessThanOrEqual(340);
  expect(widths(100, labels, [88]).cell).toBe(18);
});

test("a long name leaves room for the cells", () => {
  expect(widths(400, ["x".repeat(90), "y"], [1]).names).toBe(150);
});
