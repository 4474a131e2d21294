import { describe, expect, test } from "vitest";
import { luminanceOf, saysDark, withBrightness } from "../../src/shared/theme";

describe("the theme of the page around", () => {
  test("is what JupyterLab says", () => {
    expect(saysDark({ jpThemeLight: "true" }, "vscode-dark")).toBe(false);
    expect(saysDark({ jpThemeLight: "false" }, "")).toBe(true);
  });

  test("is what an editor says, high contrast included", () => {
    expect(saysDark({ vscodeThemeKind: "vscode-light" }, "")).toBe(false);
    expect(saysDark({ vscodeThemeKind: "vscode-high-contrast-light" }, "")).toBe(false);
    expect(saysDark({ vscodeThemeKind: "vscode-high-contrast" }, "")).toBe(true);
    expect(saysDark({}, "something vscode-dark")).toBe(true);
  });

  test("is left to the background where neither says", () => {
    expect(saysDark({}, "dark")).toBeNull();
  });
});

test("a background is as light as one sees it, and none where one sees through it", () => {
  expect(luminanceOf([255, 255, 255, 255])).toBeCloseTo(1);
  expect(luminanceOf([0, 0, 0, 255])).toBe(0);
  // Green is the lightest of the three, blue the darkest.
  expect(luminanceOf([0, 255, 0, 255])).toBeCloseTo(0.7152);
  expect(luminanceOf([0, 0, 255, 255])).toBeCloseTo(0.0722);
  expect(luminanceOf([255, 255, 255, 100])).toBeNull();
});

test("a colour is made as bright as asked for, with the same hue", () => {
  expect(withBrightness([70, 36, 100, 255], 200)).toBe("rgb(140 72 200)");
  expect(withBrightness([250, 125, 0, 255], 200)).toBe("rgb(200 100 0)");
  expect(withBrightness([0, 0, 0, 255], 200)).toBe("rgb(0 0 0)");
});
