import { afterEach, describe, expect, test, vi } from "vitest";
import { bytes, floats, pageOf, sentColumns, sentEnvelopes, sentWindow } from "./fixtures";

const steps = (count: number, value = 0) => Array.from({ length: count }, () => [value, -value]);

describe("the steps in sight", () => {
  test("are as many as fit beside the names of the rows", () => {
    const { view } = pageOf({ position: 100 });
    expect([view.visibleSteps.value, view.visible.value]).toEqual([10, [100, 110]]);
  });

  test("are fewer where the threshold profile takes its room", () => {
    const { view } = pageOf({}, { width: 58 + 300 + 116 + 300 });
    expect(view.visibleSteps.value).toBe(20);
  });

  test("end with the last step", () => {
    expect(pageOf({ position: 995 }).view.visible.value).toEqual([995, 1000]);
  });

  test("are within those that were saved where there is no Python", () => {
    const saved = { position: 100, _window: sentWindow(steps(15), { start: 98 }) };
    const { model, view } = pageOf(saved, { live: false });
    expect(view.availableSteps.value).toEqual([98, 113]);
    view.moveTo(500);
    expect(model.position.value).toBe(103);
    view.moveTo(0);
    expect(model.position.value).toBe(98);
  });
});

describe("moving and zooming", () => {
  test("take the mark of the pointer away, since other things are under it", () => {
    const { view } = pageOf();
    view.hoveredStep.value = 3;
    view.hoveredCell.value = 1;
    view.moveTo(50);
    expect([view.hoveredStep.value, view.hoveredCell.value]).toEqual([null, null]);
  });

  test("keep the full last page", () => {
    const { model, view } = pageOf();
    view.moveTo(5000);
    expect(model.position.value).toBe(990);
  });

  test("keep what is under the pointer there", () => {
    const { model, view } = pageOf({ position: 100 });
    view.zoom(60, 150);
    expect([model.word_width.value, model.position.value]).toEqual([60, 103]);
  });

  test("leave no room empty where steps share columns", () => {
    const { model } = pageOf({ position: 990, word_width: 2, _columns: sentColumns({ stop: 1000 }) });
    expect(model.position.value).toBe(850);
  });
});

describe("how narrow steps get", () => {
  test("all of them come into view, at most as wide as legible words", () => {
    const { view } = pageOf();
    expect([view.wholeWidth.value, view.leastWidth.value]).toEqual([0.3, 0.3]);
    expect(pageOf({ _steps: 3 }).view.wholeWidth.value).toBe(100);
  });

  test("words stay where there is no Python to send columns", () => {
    const { view } = pageOf({ _window: sentWindow(steps(15)) }, { live: false });
    expect(view.leastWidth.value).toBe(12);
  });
});

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

describe("the sequence of the selection", () => {
  const window = sentWindow(steps(30), { start: 90, sequence_starts: [95, 108] });

  test("is what Python says, once it fits the selection", () => {
    const { model, transport, view } = pageOf({ selection: [99, 101], _window: window });
    transport.set("_selection_bounds", [95, 108]);
    expect(view.selectionBounds.value).toEqual([95, 108]);
    model.set("selection", [110, 111]);
    expect(view.selectionBounds.value).toEqual([108, 120]);
  });

  test("is what the window tells, else", () => {
    const { view } = pageOf({ _window: window });
    expect(view.boundsAround(100)).toEqual([95, 108]);
    expect(pageOf().view.boundsAround(100)).toEqual([0, 1000]);
  });

  test("is in sight with the whole selection", () => {
    const { model, view } = pageOf({ position: 100 });
    expect(view.selectionInSight.value).toBe(true);
    model.set("selection", [105, 112]);
    expect(view.selectionInSight.value).toBe(false);
  });
});

describe("Python is told how many steps to send", () => {
  test("once the page has a size, and anew when it shows more", () => {
    const { view, transport } = pageOf();
    expect([transport.values._visible_steps, transport.values._stride]).toEqual([10, null]);
    view.width.value = 58 + 600;
    expect(transport.values._visible_steps).toBe(20);
  });

  test("by the view that shows most, where there are several", () => {
    const { transport } = pageOf();
    transport.set("_visible_steps", 4);
    expect(transport.values._visible_steps).toBe(10);
    transport.set("_visible_steps", 40);
    expect(transport.values._visible_steps).toBe(40);
  });

  test("and how many share a column", () => {
    const { model, transport } = pageOf();
    model.set("word_width", 0.2);
    expect(transport.values._stride).toBe(8);
  });
});

describe("what the page says", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test("is forgotten after a while", () => {
    vi.useFakeTimers();
    const { view } = pageOf();
    view.say("first");
    vi.advanceTimersByTime(4000);
    view.say("second");
    vi.advanceTimersByTime(4000);
    expect(view.message.value).toBe("second");
    vi.advanceTimersByTime(4000);
    expect(view.message.value).toBe("");
  });
});

test("a match is marked until another selection is made", () => {
  const { model, view } = pageOf();
  view.shownMatch.value = [3, 5];
  model.set("selection", [7, 8]);
  expect(view.shownMatch.value).toBeNull();
});
