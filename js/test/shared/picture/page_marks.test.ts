import { expect, test } from "vitest";
import { layerOf } from "../../../src/shared/picture/page_marks";

test("what has a place of its own lies over what is set in lines, and a level over both", () => {
  const layers = [
    layerOf({ zIndex: "auto", position: "static" }),
    layerOf({ zIndex: "auto", position: "absolute" }),
    layerOf({ zIndex: "2", position: "absolute" }),
    layerOf({ zIndex: "-1", position: "absolute" }),
  ];
  expect(layers).toEqual([0, 0.5, 2, -1]);
});
