import { describe, expect, test } from "vitest";
import { lookOf, shortenedInside, squeeze } from "../../src/shared/fit_text";

describe("a word", () => {
  test("that fits is left alone", () => {
    expect(squeeze(20, 30)).toEqual({ scale: 1, cutAt: null });
  });
  test("that is a little long is squeezed", () => {
    expect(squeeze(40, 30)).toEqual({ scale: 0.75, cutAt: null });
  });
  test("that could not be read any more is cut", () => {
    expect(squeeze(200, 45)).toEqual({ scale: 0.75, cutAt: 60 });
  });
});

describe("a name", () => {
  const widthOf = (text: string) => 10 * [...text].length;

  test("keeps both of its ends", () => {
    expect(shortenedInside("protein_binding_site_10", 300, widthOf)).toBe("protein_binding_site_10");
    expect(shortenedInside("protein_binding_site_10", 120, widthOf)).toBe("prote…ite_10");
    expect(shortenedInside("protein_binding_site_11", 120, widthOf)).toBe("prote…ite_11");
  });

  test("is never cut within a character, and never longer than its room", () => {
    expect(shortenedInside("😀😀😀😀😀", 30, widthOf)).toBe("😀…😀");
    expect(shortenedInside("name", 1, widthOf)).toBe("…");
  });
});

describe("in a box", () => {
  const widthOf = (text: string) => 10 * text.length;

  test("a word that fits is shown as it is", () => {
    expect(lookOf("cat", 30, widthOf)).toEqual({
      text: "cat",
      transform: "",
      width: "",
      blank: false,
      title: null,
    });
  });

  test("a word that is cut can be read in the title", () => {
    const look = lookOf("internationalization", 45, widthOf);
    expect(look).toMatchObject({
      transform: "scaleX(0.7500)",
      width: "60.00px",
      title: "internationalization",
    });
  });

  test("there is nothing of a word where there is room for no part of it", () => {
    expect(lookOf("internationalization", 10, widthOf)).toMatchObject({
      text: "",
      title: "internationalization",
    });
    expect(lookOf("a", 10, widthOf).text).toBe("a");
  });

  test("blanks are shown by symbols", () => {
    expect(lookOf(" ", 30, widthOf)).toMatchObject({ text: "␣", blank: true });
    expect(lookOf(null, 30, widthOf)).toMatchObject({ text: "", blank: false });
  });

  test("with endless room a word keeps its width, and nothing is measured", () => {
    const measure = () => {
      throw new Error("measured");
    };
    expect(lookOf("cat", Number.POSITIVE_INFINITY, measure)).toMatchObject({
      text: "cat",
      transform: "",
      width: "",
    });
  });

  test("a very long token is measured by its beginning", () => {
    const measured: string[] = [];
    lookOf("x".repeat(200), 30, (text) => measured.push(text) * 0 + 640);
    expect(measured).toEqual(["x".repeat(64)]);
  });
});
