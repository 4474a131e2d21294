import { expect, test } from "vitest";
import { titleOf } from "../../../src/sequences/header/header";
import { pageOf } from "../fixtures";

test("the title has the name of the data set and its size", () => {
  const { model } = pageOf();
  expect(titleOf(model)).toEqual({ name: "addresses", details: "5 sequences, 12 steps × 8" });
});

test("a layer stands in for a name, unless there is a menu of layers", () => {
  expect(titleOf(pageOf({ _name: "" }).model).name).toBe("a");
  const layers = [
    { name: "a", cells: 8 },
    { name: "b", cells: 4 },
  ];
  const { model } = pageOf({ _name: "", _layers: layers, layer: "b", _sequences: null });
  expect(titleOf(model)).toEqual({ name: "", details: "12 steps × 4" });
});
