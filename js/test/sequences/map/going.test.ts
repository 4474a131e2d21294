import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { bringIntoView, goTo, letGo, sequenceBeside, stepBeside } from "../../../src/sequences/map/going";
import { mapOf } from "./fixtures";

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("requestAnimationFrame", () => 0);
  vi.stubGlobal("cancelAnimationFrame", () => undefined);
  vi.stubGlobal("matchMedia", () => ({ matches: true }));
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("the shown sequence before or after, in the order of the table", () => {
  const order = Int32Array.of(4, 1, 7);
  expect([sequenceBeside(order, 1, 1), sequenceBeside(order, 1, -1), sequenceBeside(order, 7, 1)]).toEqual([
    ...[7, 4, null],
  ]);
  // The filters leave the current one out.
  expect([sequenceBeside(order, 2, 1), sequenceBeside(new Int32Array(0), 2, 1)]).toEqual([4, null]);
});

test("the step before or after stays in its sequence, and on the map", () => {
  const { model, transport } = mapOf();
  expect([stepBeside(5, 1, model), stepBeside(5, -1, model), stepBeside(3, 1, model)]).toEqual([6, 5, 3]);
  const some = { count: 4, coordinates: new Float32Array(8), steps: Int32Array.of(0, 3, 5, 8) };
  transport.set("_points", some);
  expect([stepBeside(0, 1, model), stepBeside(3, 1, model), stepBeside(8, -1, model)]).toEqual([3, 3, 5]);
});

test("going to a step ends the gesture, so that the next cell reads it", () => {
  const { model, transport } = mapOf();
  goTo(7, model);
  expect([transport.values.position, transport.messages]).toEqual([7, [{ settle: { position: 7 } }]]);
});

test("Escape lets selected steps go, then the selection", () => {
  const { model } = mapOf({ selected_steps: "AQAAAA==", selection: [1, 2] });
  expect([letGo(model), model.selected_steps.value, model.selection.value]).toEqual([true, "", [1, 2]]);
  expect([letGo(model), model.selection.value, letGo(model)]).toEqual([true, null, false]);
});

test("the map moves only for a step that can't be seen", () => {
  const { model, state } = mapOf();
  bringIntoView(5, model, state);
  expect(model.view.value).toEqual([-1, 11, -6, 6]);
  model.set("view", [-1, 3, -2, 2]);
  bringIntoView(9, model, state);
  expect(model.view.value).toEqual([7, 11, -2, 2]);
  bringIntoView(7, model, state);
  expect(model.view.value).toEqual([7, 11, -2, 2]);
});
