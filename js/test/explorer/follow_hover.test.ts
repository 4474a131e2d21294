import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { followHover } from "../../src/explorer/follow_hover";
import { pageOf } from "./fixtures";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test("a step is marked in all linked explorers, in a few updates however fast the pointer moves", () => {
  const { model, view, transport } = pageOf({ _links: 1 });
  followHover(model, view);
  vi.runAllTimers();
  const before = transport.saves;
  for (const step of [3, 4, 5]) view.hoveredStep.value = step;
  expect(transport.saves).toBe(before);
  vi.runAllTimers();
  expect([transport.values._hovered_step, transport.saves]).toEqual([5, before + 1]);
});

test("a step that another explorer marks is marked here where it is in sight", () => {
  const { model, view, transport } = pageOf({ _links: 1 });
  followHover(model, view);
  vi.runAllTimers();
  transport.set("_hovered_step", 7);
  expect(view.hoveredStep.value).toBe(7);
  vi.runAllTimers();
  transport.set("_hovered_step", 70);
  expect(view.hoveredStep.value).toBeNull();
});

test("nothing is sent while there are no links", () => {
  const { model, view, transport } = pageOf();
  followHover(model, view);
  view.hoveredStep.value = 3;
  vi.runAllTimers();
  expect(transport.values._hovered_step ?? null).toBeNull();
});

test("nothing is sent once the view is gone", () => {
  const { model, view, transport } = pageOf({ _links: 1 });
  const dispose = followHover(model, view);
  view.hoveredStep.value = 3;
  dispose();
  vi.runAllTimers();
  expect(transport.values._hovered_step ?? null).toBeNull();
});
