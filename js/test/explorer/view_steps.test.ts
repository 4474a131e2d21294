import { describe, expect, test } from "vitest";
import { pageOf, sentWindow } from "./fixtures";

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

  test("by the view that shows most, where there are several", async () => {
    const { transport } = pageOf();
    transport.set("_visible_steps", 4);
    await Promise.resolve();
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
