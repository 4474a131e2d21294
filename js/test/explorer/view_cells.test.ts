import { describe, expect, test } from "vitest";
import { bytes, floats, pageOf, sentColumns, sentEnvelopes, sentWindow } from "./fixtures";

const steps = (count: number, value = 0) => Array.from({ length: count }, () => [value, -value]);

describe("states", () => {
  test("are those of the active layer, or none until they have come", () => {
    const { model, view } = pageOf({ _window: sentWindow(steps(3)) });
    expect(view.states.value?.stop).toBe(3);
    model.set("layer", "b");
    expect(view.states.value).toBeNull();
  });

  test("are columns and envelopes where words cannot be read", () => {
    const sent = { _columns: sentColumns(), _envelopes: sentEnvelopes(), _window: sentWindow(steps(3)) };
    const { model, view } = pageOf(sent);
    expect([view.columns.value, view.envelopes.value]).toEqual([null, null]);
    model.set("word_width", 0.5);
    expect([view.stride.value, view.columns.value?.stride, view.envelopes.value?.stride]).toEqual([2, 2, 2]);
    model.set("layer", "b");
    expect([view.columns.value, view.envelopes.value]).toEqual([null, null]);
  });

  test("are compared with the threshold in the precision that Python compares in", () => {
    const window = sentWindow(steps(3), { precision: "float16" });
    expect(pageOf({ threshold: 0.3, _window: window }).view.roundedThreshold.value).toBe(0.300048828125);
    expect(pageOf({ threshold: 0.3 }).view.roundedThreshold.value).toBe(0.3);
  });
});

describe("cells", () => {
  test("are as many as the layer has, also before its states have come", () => {
    expect(pageOf({ _layers: [{ name: "a", cells: 3 }] }).view.everyCell.value).toEqual([0, 1, 2]);
  });

  test("that the active layer does not have are not shown", () => {
    const { view } = pageOf({ selected_cells: [1, 5], _window: sentWindow(steps(3)) });
    expect(view.shownCells.value).toEqual([1]);
  });

  test("are counted where they are on, short runs left out if so chosen", () => {
    const window = sentWindow([
      [1, 1],
      [1, 0],
      [0, 1],
    ]);
    const { model, view } = pageOf({ threshold: 0.5, selected_cells: [0, 1], _window: window, _steps: 3 });
    expect([...(view.onCounts.value ?? [])]).toEqual([2, 1, 1]);
    model.set("min_run", 2);
    expect([...(view.onCounts.value ?? [])]).toEqual([1, 1, 0]);
  });

  test("have the alignment of their layer", () => {
    const alignment = {
      layer: "a",
      track: "pos",
      label: "NOUN",
      f1: floats(),
      auc: floats(),
      best: [],
      error: "",
    };
    const { model, view } = pageOf({ _alignment: alignment });
    expect(view.alignment.value?.label).toBe("NOUN");
    model.set("layer", "b");
    expect(view.alignment.value).toBeNull();
  });
});

describe("the value axis", () => {
  const window = sentWindow([...steps(10, 0.5), ...steps(10, 3)]);

  test("covers the layer and all that was sent, so that it stays while one moves", () => {
    const { model, view } = pageOf({ _window: window, _value_range: [-1, 1] });
    expect(view.scale.value.domain).toEqual([-3, 3]);
    const before = view.scale.value;
    model.set("position", 5);
    expect(view.scale.value).toBe(before);
  });

  test("covers what is in view, or a fixed range, where so chosen", () => {
    const { model, view } = pageOf({ _window: window, value_axis: "view" });
    // Out to the next marks, which stand 0.2 apart.
    expect(view.scale.value.domain).toEqual([-0.6, 0.6]);
    model.set("position", 10);
    expect(view.scale.value.domain).toEqual([-3, 3]);
    model.set("value_axis", [0, 2]);
    expect(view.scale.value.domain).toEqual([0, 2]);
  });

  test("covers the extremes of columns", () => {
    const columns = sentColumns({ highest: bytes(Float64Array.of(1, 5)) });
    const { view } = pageOf({ _columns: columns, word_width: 0.5, value_axis: "view", _steps: 4 });
    expect(view.scale.value.domain[1]).toBeGreaterThanOrEqual(5);
  });

  test("leaves out the mark that the threshold's number lies over", () => {
    const { model, view } = pageOf({ value_axis: [-1, 1], threshold: 0.52 });
    expect(view.tickUnderThreshold.value).toBe(0.5);
    model.set("threshold", 0.75);
    expect(view.tickUnderThreshold.value).toBeNull();
  });
});

describe("mirrors", () => {
  // Cells 0 and 1, and their mirrors 2 and 3.
  const window = sentWindow([
    [1, 5, -1, -5],
    [2, 4, -2, -4],
  ]);
  const mirrored = { _layers: [{ name: "a", cells: 4, mirror: true }], _window: window };

  test("are cells of the layer, but no grey lines", () => {
    const { view } = pageOf(mirrored);
    expect([view.cellCount.value, view.everyCell.value]).toEqual([4, [0, 1]]);
  });

  test("are drawn where they are selected or pinned", () => {
    const { view } = pageOf({
      ...mirrored,
      selected_cells: [1, 3],
      pinned_cells: { 2: "#000000", 3: "#ffffff" },
    });
    expect(view.drawnCells.value).toEqual([0, 1, 3, 2]);
  });

  test("count on the axis of what is in view only where they are drawn", () => {
    const { model, view } = pageOf({ ...mirrored, value_axis: "view", _visible_steps: 2 });
    expect(view.scale.value.domain[0]).toBeGreaterThan(0);
    model.set("pinned_cells", { 3: "#000000" });
    expect(view.scale.value.domain[0]).toBeLessThanOrEqual(-5);
    expect(view.scale.value.domain[1]).toBeGreaterThanOrEqual(5);
  });

  test("have their envelopes on the axis of columns", () => {
    const sent = { _columns: sentColumns(), _envelopes: sentEnvelopes({ low: floats(0, -8, -1, 0.5) }) };
    const { view } = pageOf({ ...sent, word_width: 0.5, value_axis: "view" });
    expect(view.scale.value.domain[0]).toBeLessThanOrEqual(-8);
  });
});
