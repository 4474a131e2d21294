import { describe, expect, test } from "vitest";
import { gradientMarks, length, readGradient, splitOutside } from "../../../src/shared/picture/gradients";

const BOX = { left: 10, top: 20, width: 16, height: 2 };
const RED = "rgb(200, 50, 45)";
const marksOf = (layer: string) => {
  const gradient = readGradient(layer);
  return gradient ? gradientMarks(gradient, BOX, () => "lv1") : null;
};

test("commas in colours divide nothing", () => {
  expect(splitOutside("rgb(1, 2, 3) 0px, color(srgb 0 0 1) 5px")).toEqual([
    "rgb(1, 2, 3) 0px",
    "color(srgb 0 0 1) 5px",
  ]);
  expect([length("25%"), length("3px"), length("auto")]).toEqual([
    { pixels: 0, share: 0.25 },
    { pixels: 3, share: 0 },
    { pixels: 0, share: 0 },
  ]);
});

describe("a background that changes along a line", () => {
  test("has a box for each dash, cut at the edge, and none where nothing is seen", () => {
    const layer = `repeating-linear-gradient(to right, ${RED} 0px, ${RED} 5px, rgba(0, 0, 0, 0) 5px, rgba(0, 0, 0, 0) 8px)`;
    expect(marksOf(layer)).toEqual([
      {
        tag: "path",
        attributes: { d: "M10 20h5v2h-5zM18 20h5v2h-5z", fill: "#c8322d", "fill-opacity": undefined },
        children: [],
      },
    ]);
  });

  test("has two boxes for a bar and the rest", () => {
    const layer = `linear-gradient(to right, ${RED} 25%, rgb(0, 0, 0) 25%)`;
    expect(marksOf(layer)?.map(({ attributes }) => [attributes.d, attributes.fill])).toEqual([
      ["M10 20h4v2h-4z", "#c8322d"],
      ["M14 20h12v2h-12z", "#000000"],
    ]);
  });

  test("is a gradient where colours pass into each other, or at a slant", () => {
    const [ramp, box] = marksOf(`linear-gradient(to right, rgb(255, 255, 255), ${RED})`) ?? [];
    expect(ramp).toMatchObject({ tag: "linearGradient", attributes: { id: "lv1", x1: 10, x2: 26, y1: 21 } });
    expect(ramp?.children).toMatchObject([
      { attributes: { offset: "0.00000", "stop-color": "#ffffff" } },
      { attributes: { offset: "1.00000", "stop-color": "#c8322d" } },
    ]);
    expect(box?.attributes.fill).toBe("url(#lv1)");
    const hatched = marksOf(
      `repeating-linear-gradient(135deg, ${RED} 0px, ${RED} 1.5px, #ffffff 1.5px, #ffffff 4px)`,
    );
    expect(hatched?.[0]?.attributes.spreadMethod).toBe("repeat");
  });

  test("is nothing else", () => {
    expect(marksOf("radial-gradient(red, blue)")).toBeNull();
    expect(marksOf('url("x.png")')).toBeNull();
  });
});
