import { afterEach, describe, expect, test, vi } from "vitest";
import { pageOf, sentColumns } from "./fixtures";

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
    const { model, view } = pageOf({ position: 990, word_width: 2, _columns: sentColumns({ stop: 1000 }) });
    expect(view.visible.value).toEqual([850, 1000]);
    view.moveTo(view.first.value - 1);
    expect(model.position.value).toBe(849);
  });

  test("leave the position as Python set it, in whatever order the width arrives", () => {
    const { model, view, transport } = pageOf({ word_width: 0.3 });
    transport.set("position", 990);
    expect(view.visible.value).toEqual([0, 1000]);
    transport.set("word_width", 30);
    expect([model.position.value, transport.values.position]).toEqual([990, 990]);
    expect(view.visible.value).toEqual([990, 1000]);
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
