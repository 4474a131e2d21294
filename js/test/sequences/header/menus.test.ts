import { expect, test } from "vitest";
import { colorChoices, methodChoices } from "../../../src/sequences/header/menus";
import { OUTPUT, pageOf } from "../fixtures";

const values = (choices: readonly (readonly [string, string])[]) => choices.map(([value]) => value);

test("points can be coloured by classes, trust and tracks", () => {
  const tracks = [OUTPUT, { name: "pos", kind: "categorical" }];
  const { model } = pageOf({ _tracks: tracks });
  expect(values(colorChoices(model))).toEqual(["expected", "target", "trust", "pos"]);
});

test("without classes, points are coloured by what there is, and by what was set", () => {
  const { model } = pageOf({ _output: null, color_by: "expected" });
  expect(values(colorChoices(model))).toEqual(["expected", "trust"]);
  const { model: untold } = pageOf({ _output: { ...OUTPUT, targets: false } });
  expect(values(colorChoices(untold))).toEqual(["expected", "trust"]);
});

test("a map that was given can be chosen", () => {
  expect(values(methodChoices(false))).toEqual(["pca", "tsne"]);
  expect(values(methodChoices(true))).toEqual(["pca", "tsne", "given"]);
});
