import { expect, test } from "vitest";
import { createCounts } from "../../../src/sequences/all/counts";
import { ints, pageOf } from "../fixtures";

test("counts follow the filters", () => {
  const { model, view, transport } = pageOf();
  const counts = createCounts(model, view);
  expect(counts.isFiltered.value).toBe(false);
  expect([...counts.passing.value]).toEqual([2, 1, 1, 1]);
  model.set("filters", { correct: false });
  transport.set("_order", ints(3));
  expect(counts.isFiltered.value).toBe(true);
  expect([...counts.passing.value]).toEqual([0, 0, 1, 0]);
  expect(counts.accuracy.value?.known).toEqual({ count: 4, passing: 1 });
});

test("without an output track nothing is counted", () => {
  const { model, view } = pageOf({ _output: null, _sequences: { bounds: ints(0, 2), texts: ["a"] } });
  const counts = createCounts(model, view);
  expect([counts.pairs.value, counts.entries.value, counts.accuracy.value]).toEqual([[], [], null]);
});

test("classes without a name can't be asked for", () => {
  const { model, view } = pageOf();
  expect(createCounts(model, view).names.value([0, 2, 7])).toEqual(["early", "never"]);
});
