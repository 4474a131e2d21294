import { expect, test } from "vitest";
import { colorRank } from "../../src/scatter/view_state";
import { plotOf } from "./fixtures";

test("labels after the twelfth share a colour", () => {
  expect([0, 11, 12, 40].map(colorRank)).toEqual([0, 11, 12, 12]);
});

test("points whose label is hidden are not shown", () => {
  const { model, view } = plotOf();
  model.set("hidden_labels", ["VERB"]);
  expect([0, 1, 4, 5].map(view.shown.value)).toEqual([true, false, false, true]);
});

test("what is in view is all points, unless a part has been chosen", () => {
  const { view, transport } = plotOf();
  expect(view.box.value).toEqual([-1, 21, -0.5, 10.5]);
  transport.set("view", null);
  expect(view.box.value).toEqual([-1, 21, -0.5, 10.5]);
  transport.set("view", [0, 1, 0, 1]);
  expect(view.box.value).toEqual([0, 1, 0, 1]);
});
