import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { followPointer, hit, nearestOf, stepsIn, zoomAt } from "../../../src/sequences/map/pointer";
import { decodeSteps } from "../../../src/sequences/map/steps_text";
import { FakeElement } from "../../shared/fake_element";
import { mapOf } from "./fixtures";

const frames: FrameRequestCallback[] = [];

beforeEach(() => {
  vi.stubGlobal("requestAnimationFrame", (callback: FrameRequestCallback) => frames.push(callback));
  vi.stubGlobal("cancelAnimationFrame", () => undefined);
});

afterEach(() => {
  // What a test has asked for isn't left to the next one.
  while (frames.length > 0) for (const frame of frames.splice(0)) frame(performance.now() + 1000);
  vi.unstubAllGlobals();
});

/** The map once its grid is built, and a plot that gestures are made on. */
function plotOf(traits: object = {}) {
  const map = mapOf(traits);
  while (frames.length > 0) for (const frame of frames.splice(0)) frame(0);
  return map;
}

test("a point near the pointer is hit, one that is nowhere never", () => {
  const { model, state } = plotOf();
  expect([hit([21, 64], model, state), hit([20, 90], model, state)]).toEqual([1, null]);
  expect(hit([80, 60], model, state)).not.toBe(7);
});

test("points that come later are hit where they are then", () => {
  const { model, state, transport } = plotOf({ _points: null });
  expect(hit([21, 64], model, state)).toBeNull();
  transport.set("_points", { count: 1, coordinates: Float32Array.of(1, 0), steps: Int32Array.of(6) });
  while (frames.length > 0) for (const frame of frames.splice(0)) frame(0);
  expect(hit([21, 64], model, state)).toBe(6);
});

test("a lasso holds the steps of shown points whose sequences pass the filters", () => {
  const all = [
    [5, 50],
    [105, 50],
    [105, 70],
    [5, 70],
  ] as const;
  const every = plotOf();
  expect(stepsIn(all, every.model, every.view, every.state)).toEqual([0, 1, 2, 3, 4, 5, 6, 8, 9]);
  const filtered = plotOf({ _order: Int32Array.of(2, 1) });
  expect(stepsIn(all, filtered.model, filtered.view, filtered.state)).toEqual([4, 5, 6, 8, 9]);
  const ends = plotOf({ shown_points: "first" });
  expect(stepsIn(all, ends.model, ends.view, ends.state)).toEqual([0, 4, 5]);
});

test("the nearest step of a trajectory, whose other steps may be nowhere", () => {
  const path = Float32Array.of(0, 0, Number.NaN, Number.NaN, 10, 0);
  expect(nearestOf(path, { start: 5 }, [9, 3])).toEqual({ step: 7, distance: Math.hypot(1, 3) });
});

test("zooming keeps the place under the pointer", () => {
  const { model, state } = plotOf();
  zoomAt([60, 60], 2, model, state);
  expect(model.view.value).toEqual([2, 8, -3, 3]);
});

describe("gestures", () => {
  /** Listens on a fake plot, and gives a function that drags through places. */
  function gesturing(traits: object = {}) {
    const map = plotOf({ _trajectories: [trajectory], ...traits });
    const plot = new FakeElement();
    Object.assign(plot, { matches: () => false, closest: () => null });
    plot.box = { left: 0, top: 0, width: 120, height: 120 } as typeof plot.box;
    followPointer(plot as unknown as HTMLElement, map.model, map.view, map.state);
    const fire = (type: string, [clientX, clientY]: readonly [number, number], more: object) => {
      const event = Object.assign(new Event(type, { cancelable: true }), {
        ...{ clientX, clientY, button: 0, buttons: 1, pointerId: 1, pointerType: "mouse" },
        ...{ shiftKey: false, altKey: false, ...more },
      });
      plot.dispatchEvent(event);
    };
    const drag = (places: (readonly [number, number])[], more: object = {}) => {
      fire("pointerdown", places[0] as readonly [number, number], more);
      for (const place of places.slice(1)) fire("pointermove", place, more);
      fire("pointerup", places.at(-1) as readonly [number, number], more);
    };
    return { ...map, drag };
  }
  const trajectory = {
    ...{ sequence: 0, start: 0, coordinates: Float32Array.of(0, 0, 1, 0, 2, 0, 3, 0) },
    ...{ codes: null, confidence: null, distances: null },
  };

  test("a click goes to the step, and settles", () => {
    const { drag, transport } = gesturing();
    drag([[61, 60]]);
    expect([transport.values.position, transport.messages]).toEqual([5, [{ settle: { position: 5 } }]]);
  });

  test("a drag moves the map", () => {
    const { drag, model } = gesturing();
    drag([
      [60, 20],
      [70, 20],
    ]);
    expect(model.view.value).toEqual([-2, 10, -6, 6]);
  });

  test("a drag along the current trajectory selects a stretch of it", () => {
    const { drag, model, transport } = gesturing();
    drag([
      [20, 60],
      [31, 62],
      [200, 60],
    ]);
    expect([model.selection.value, transport.messages]).toEqual([
      [1, 4],
      [{ settle: { selection: [1, 4] } }],
    ]);
    drag([
      [40, 60],
      [18, 60],
    ]);
    expect(model.selection.value).toEqual([1, 4]);
  });

  const around = [
    [15, 40],
    [55, 40],
    [55, 80],
    [15, 80],
  ] as (readonly [number, number])[];

  test("a lasso selects steps, adds with Alt, and an empty one unselects", () => {
    const { drag, model, state } = gesturing();
    drag(around, { shiftKey: true });
    expect([...decodeSteps(model.selected_steps.value)]).toEqual([1, 2, 3, 4]);
    expect(state.outline.value?.corners).toHaveLength(4);
    drag(
      around.map(([x, y]) => [x + 50, y] as const),
      { shiftKey: true, altKey: true },
    );
    expect([...decodeSteps(model.selected_steps.value)]).toEqual([1, 2, 3, 4, 6, 8, 9]);
    drag([[15, 10]], { shiftKey: true });
    expect([model.selected_steps.value, state.outline.value]).toEqual(["", null]);
  });

  test("with the lasso tool, Shift isn't needed", () => {
    const { drag, model, state } = gesturing();
    state.lassoing.value = true;
    drag(around);
    expect(decodeSteps(model.selected_steps.value)).toHaveLength(4);
  });
});
