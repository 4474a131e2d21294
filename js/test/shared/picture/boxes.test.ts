import { expect, test } from "vitest";
import { type BoxStyle, boxMarks, outlineMarks } from "../../../src/shared/picture/boxes";

const BOX = { left: 10, top: 20, width: 40, height: 10 };
const NOTHING = "rgba(0, 0, 0, 0)";
const BLUE = "rgb(37, 99, 201)";

function styled(given: Partial<BoxStyle>): BoxStyle {
  const sides = ["Top", "Right", "Bottom", "Left"].flatMap((side) => [
    [`border${side}Width`, "0px"],
    [`border${side}Style`, "none"],
    [`border${side}Color`, BLUE],
  ]);
  return {
    ...Object.fromEntries(sides),
    ...{
      backgroundColor: NOTHING,
      backgroundImage: "none",
      backgroundSize: "auto",
      backgroundPosition: "0% 0%",
    },
    ...{ boxShadow: "none", borderTopLeftRadius: "0px" },
    ...{ outlineColor: BLUE, outlineOffset: "0px", outlineStyle: "none", outlineWidth: "0px" },
    ...given,
  };
}

const drawn = (given: Partial<BoxStyle>) =>
  boxMarks(styled(given), BOX, () => "lv1").map(({ tag, attributes }) => [
    tag,
    Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined)),
  ]);

const border = (side: string, width: number, kind = "solid") => ({
  [`border${side}Width`]: `${width}px`,
  [`border${side}Style`]: kind,
});

test("a box that has nothing of its own is not drawn", () => {
  expect(drawn({})).toEqual([]);
});

test("a background fills the box, with its corners", () => {
  const frame = { x: 10, y: 20, width: 40, height: 10 };
  expect(drawn({ backgroundColor: "rgba(37, 99, 201, 0.5)", borderTopLeftRadius: "3px" })).toEqual([
    ["rect", { ...frame, rx: 3, fill: "#2563c9", "fill-opacity": "0.5" }],
  ]);
  expect(drawn({ backgroundColor: BLUE, borderTopLeftRadius: "50%" })).toEqual([
    ["rect", { ...frame, rx: 5, fill: "#2563c9" }],
  ]);
});

test("a border on all sides is one line in the middle of its width", () => {
  const all = Object.assign(
    {},
    ...["Top", "Right", "Bottom", "Left"].map((side) => border(side, 2, "dashed")),
  );
  expect(drawn({ ...all, borderTopLeftRadius: "4px" })).toEqual([
    [
      "rect",
      {
        ...{ x: 11, y: 21, width: 38, height: 8, rx: 3 },
        ...{ fill: "none", stroke: "#2563c9", "stroke-width": 2, "stroke-dasharray": "4 3" },
      },
    ],
  ]);
});

test("a border on one side is a line along it", () => {
  expect(drawn(border("Bottom", 1))).toMatchObject([["line", { x1: 10, y1: 29.5, x2: 50, y2: 29.5 }]]);
  expect(drawn(border("Left", 2))).toMatchObject([["line", { x1: 11, y1: 20, x2: 11, y2: 30 }]]);
});

test("a shadow that isn't blurred is a line around the box or in it, or a bar beside it", () => {
  expect(drawn({ boxShadow: `${BLUE} 0px 0px 0px 2px` })).toMatchObject([
    ["rect", { x: 9, y: 19, width: 42 }],
  ]);
  expect(drawn({ boxShadow: `${BLUE} 0px 0px 0px 2px inset` })).toMatchObject([
    ["rect", { x: 11, width: 38 }],
  ]);
  expect(drawn({ boxShadow: `${BLUE} 0px -2px 0px 0px inset` })).toMatchObject([
    ["path", { d: "M10 28h40v2h-40z" }],
  ]);
  expect(drawn({ boxShadow: `${BLUE} -1px 0px 0px 0px` })).toMatchObject([["path", { d: "M9 20h1v10h-1z" }]]);
  expect(drawn({ boxShadow: `${BLUE} 0px 3px 10px 0px` })).toEqual([]);
});

test("an outline lies outside of the box", () => {
  const given = { outlineStyle: "dashed", outlineWidth: "2px", outlineOffset: "1px" };
  expect(outlineMarks(styled(given), BOX)).toMatchObject([
    { tag: "rect", attributes: { x: 8, y: 18, width: 44 } },
  ]);
  expect(outlineMarks(styled({}), BOX)).toEqual([]);
});

test("a gradient may take a part of the box", () => {
  const layer = {
    backgroundImage: `linear-gradient(${BLUE}, ${BLUE})`,
    backgroundSize: "100% 1px",
    backgroundPosition: "50% 50%",
  };
  expect(drawn(layer)).toMatchObject([["path", { d: "M10 24.5h40v1h-40z", fill: "#2563c9" }]]);
});
