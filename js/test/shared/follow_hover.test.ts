import { signal } from "@preact/signals-core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { followHover } from "../../src/shared/follow_hover";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** A view of the steps 0 … 9, linked with `links` widgets. */
function linked(links = 1) {
  const hovered = signal<number | null>(null);
  const step = signal<number | null>(null);
  const sent: (number | null)[] = [];
  const dispose = followHover(hovered, {
    ...{ links: signal(links), step, isInSight: (each) => each < 10 },
    set: (each) => {
      sent.push(each);
      step.value = each;
    },
  });
  vi.runAllTimers();
  sent.length = 0;
  return { hovered, step, sent, dispose };
}

test("a step is marked in all linked widgets, in a few updates however fast the pointer moves", () => {
  const { hovered, sent } = linked();
  for (const step of [3, 4, 5]) hovered.value = step;
  expect(sent).toEqual([]);
  vi.runAllTimers();
  expect(sent).toEqual([5]);
});

test("a step that another widget marks is marked here where it is in sight", () => {
  const { hovered, step } = linked();
  step.value = 7;
  expect(hovered.value).toBe(7);
  vi.runAllTimers();
  step.value = 70;
  expect(hovered.value).toBeNull();
});

test("nothing is sent while there are no links", () => {
  const { hovered, sent } = linked(0);
  hovered.value = 3;
  vi.runAllTimers();
  expect(sent).toEqual([]);
});

test("nothing is sent once the view is gone", () => {
  const { hovered, sent, dispose } = linked();
  hovered.value = 3;
  dispose();
  vi.runAllTimers();
  expect(sent).toEqual([]);
});
