import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { areMoved, placeOf, pointOf, stepOf } from "../../../src/sequences/map/map_state";
import { COORDINATES, mapOf } from "./fixtures";

const frames: FrameRequestCallback[] = [];

beforeEach(() => {
  vi.stubGlobal("requestAnimationFrame", (callback: FrameRequestCallback) => frames.push(callback));
  vi.stubGlobal("cancelAnimationFrame", () => undefined);
  vi.stubGlobal("matchMedia", () => ({ matches: false }));
});

afterEach(() => {
  // What a test has asked for isn't left to the next one.
  while (frames.length > 0) for (const frame of frames.splice(0)) frame(performance.now() + 1000);
  vi.unstubAllGlobals();
});

const sample = {
  count: 3,
  coordinates: Float32Array.of(0, 0, 1, 1, Number.NaN, 2),
  steps: Int32Array.of(2, 5, 9),
};

describe("points and steps", () => {
  test("a step is found among the steps of the map", () => {
    expect([pointOf(sample, 5), pointOf(sample, 4), pointOf(sample, 10)]).toEqual([1, -1, -1]);
    expect([stepOf(sample, 2), placeOf(sample, 5)]).toEqual([9, [1, 1]]);
  });

  test("where all steps are points, a point is its step", () => {
    const every = { ...sample, steps: null };
    expect([pointOf(every, 2), pointOf(every, 3), stepOf(every, 1)]).toEqual([2, -1, 1]);
  });

  test("a step that is nowhere has no place", () => {
    expect(placeOf(sample, 9)).toBeNull();
    expect(placeOf(null, 9)).toBeNull();
  });

  test("points move where the same steps get other places", () => {
    const other = { ...sample, coordinates: sample.coordinates.slice() };
    expect(areMoved(sample, other)).toBe(true);
    expect(areMoved(sample, sample)).toBe(false);
    expect(areMoved(sample, { ...other, steps: Int32Array.of(2, 5, 8) })).toBe(false);
    expect(areMoved(null, other)).toBe(false);
  });
});

describe("the map in view", () => {
  test("a unit is as long sideways as upwards", () => {
    const { state } = mapOf({ view: [0, 10, 0, 2] });
    state.width.value = 200;
    expect(state.box.value).toEqual([0, 10, -2, 4]);
    expect(state.projection.value.perX).toBe(state.projection.value.perY);
  });

  test("points that arrive again are moved to their places, and all are kept in view", () => {
    const { state, transport, model } = mapOf({ view: null });
    const before = state.box.value;
    transport.set("_points", { count: 10, coordinates: COORDINATES.map((each) => 2 * each), steps: null });
    expect([state.moved.value, state.box.value]).toEqual([0, before]);
    for (const frame of frames.splice(0)) frame(performance.now() + 1000);
    expect(state.moved.value).toBe(1);
    expect(state.box.value[1]).toBeGreaterThan(before[1]);
    expect(model.view.value).toBeNull();
  });

  test("where the reader wants no motion there is none", () => {
    vi.stubGlobal("matchMedia", () => ({ matches: true }));
    const { state, transport } = mapOf({ view: null });
    transport.set("_points", { count: 10, coordinates: COORDINATES.map((each) => 2 * each), steps: null });
    expect(state.moved.value).toBe(1);
  });

  test("only the first or last step of each sequence may be shown", () => {
    const { state, transport } = mapOf({ shown_points: "first" });
    const shown = () => Array.from({ length: 10 }, (_, i) => i).filter((point) => state.isShown.value(point));
    expect(shown()).toEqual([0, 4, 5]);
    transport.set("shown_points", "last");
    expect(shown()).toEqual([3, 4, 9]);
    transport.set("shown_points", "all");
    expect(shown()).toHaveLength(10);
  });

  test("the lasso goes when other steps are selected", () => {
    const { state, transport } = mapOf();
    state.outline.value = { steps: "AQAAAA==", corners: [] };
    transport.set("selected_steps", "AQAAAA==");
    expect(state.outline.value).not.toBeNull();
    transport.set("selected_steps", "");
    expect(state.outline.value).toBeNull();
  });
});
