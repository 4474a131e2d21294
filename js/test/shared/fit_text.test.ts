import { describe, expect, test } from "vitest";
import { squeeze } from "../../src/shared/fit_text";

describe("a word", () => {
  test("that fits is left alone", () => {
    expect(squeeze(20, 30)).toEqual({ scale: 1, cutAt: null });
  });
  test("that is a little long is squeezed", () => {
    expect(squeeze(40, 30)).toEqual({ scale: 0.75, cutAt: null });
  });
  test("that could not be read any more is cut", () => {
    expect(squeeze(200, 45)).toEqual({ scale: 0.45, cutAt: 100 });
  });
});
