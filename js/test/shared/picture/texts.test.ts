import { expect, test } from "vitest";
import { anchorIn, cut, squeeze } from "../../../src/shared/picture/texts";

const widthOf = (text: string) => 10 * [...text].length;

test("a text that doesn't fit ends with an ellipsis, as in the page", () => {
  expect(cut("golden", { left: 0, right: 60 }, 60, widthOf)).toBe("golden");
  expect(cut("golden", { left: 0, right: 60 }, 45, widthOf)).toBe("gol…");
  expect(cut("\u{1f600}\u{1f600}\u{1f600}", { left: 5, right: 35 }, 26, widthOf)).toBe("\u{1f600}…");
  expect(cut("golden", { left: 0, right: 60 }, 3, widthOf)).toBe("…");
});

test("how far a text is squeezed stands in its transform", () => {
  expect([
    squeeze("none"),
    squeeze("matrix(0.8123, 0, 0, 1, 0, 0)"),
    squeeze("matrix(-1, 0, 0, -1, 0, 0)"),
  ]).toEqual([1, 0.8123, 1]);
});

test("what stands in the middle or at the end of a box stays there, whatever the font", () => {
  const room = { left: 10, right: 50 };
  expect(anchorIn(room, { left: 20, right: 40.5 }, "start")).toBe("middle");
  expect(anchorIn(room, { left: 40, right: 49 }, "right")).toBe("end");
  expect(anchorIn(room, { left: 10, right: 30 }, "start")).toBeUndefined();
  expect(anchorIn(room, { left: 10.2, right: 49.8 }, "start")).toBeUndefined();
});
