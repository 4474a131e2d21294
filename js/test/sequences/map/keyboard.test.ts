import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { press } from "../../../src/sequences/map/keyboard";
import { mapOf } from "./fixtures";

beforeEach(() => {
  vi.stubGlobal("requestAnimationFrame", () => 0);
  vi.stubGlobal("cancelAnimationFrame", () => undefined);
});

afterEach(() => {
  vi.unstubAllGlobals();
});

function keysOf(traits: object = {}) {
  const map = mapOf({ position: 5, sequence: 2, ...traits });
  return { ...map, press: (key: string) => press(key, map.model, map.view, map.state) };
}

test("arrows go along the sequence, first to where the position is, and Enter goes there", () => {
  const { press, view, model, state } = keysOf();
  press("ArrowRight");
  expect([view.hoveredStep.value, state.pointing.value]).toEqual([5, "keys"]);
  press("ArrowRight");
  press("ArrowLeft");
  press("ArrowLeft");
  expect(view.hoveredStep.value).toBe(5);
  press("End");
  expect([view.hoveredStep.value, model.position.value]).toEqual([9, 5]);
  press("Enter");
  expect(model.position.value).toBe(9);
  press("Home");
  expect(view.hoveredStep.value).toBe(5);
});

test("up and down go to other shown sequences", () => {
  const { press, view, model } = keysOf();
  press("ArrowUp");
  expect([model.sequence.value, view.hoveredStep.value]).toEqual([1, 4]);
  press("ArrowUp");
  press("ArrowUp");
  expect([model.sequence.value, view.hoveredStep.value]).toEqual([0, 0]);
});

test("p pins the sequence, plus and minus zoom, 0 shows all", () => {
  const { press, model } = keysOf();
  press("p");
  expect(model.pinned_sequences.value).toEqual([2]);
  press("+");
  expect(model.view.value?.map((end) => Math.round(100 * end) / 100)).toEqual([0.2, 9.8, -4.8, 4.8]);
  press("0");
  expect(model.view.value).toBeNull();
});

test("other keys are not the map's, nor is Escape with nothing to let go", () => {
  const { press } = keysOf();
  expect([press("x"), press("Tab"), press("Escape")]).toEqual([false, false, false]);
});
