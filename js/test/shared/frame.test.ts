import { signal } from "@preact/signals-core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

type Frame = typeof import("../../src/shared/frame");

let drawOnFrame: Frame["drawOnFrame"];
let drawLater: Frame["drawLater"];
let drawLast: Frame["drawLast"];
let frames: (() => void)[] = [];
let clock = 0;
let disposers: (() => void)[] = [];

/** The browser's next frame. */
function nextFrame() {
  const due = frames;
  frames = [];
  for (const callback of due) callback();
}

beforeEach(async () => {
  // A queue of its own: in that of other tests a frame may be asked for that never comes.
  vi.resetModules();
  ({ drawOnFrame, drawLater, drawLast } = await import("../../src/shared/frame"));
  frames = [];
  clock = 0;
  disposers = [];
  vi.stubGlobal("requestAnimationFrame", (callback: () => void) => frames.push(callback));
  vi.stubGlobal("performance", { now: () => clock });
});

afterEach(() => {
  for (const dispose of disposers) dispose();
  while (frames.length > 0) nextFrame();
  vi.unstubAllGlobals();
});

test("what is drawn on a frame is drawn at once, and once a frame however much changed", () => {
  const value = signal(0);
  const drawn: number[] = [];
  disposers.push(drawOnFrame(() => drawn.push(value.value)));
  expect(drawn).toEqual([0]);
  value.value = 1;
  value.value = 2;
  expect(drawn).toEqual([0]);
  nextFrame();
  expect(drawn).toEqual([0, 2]);
  expect(frames).toEqual([]);
});

test("drawings of a frame run in the order in which they were made, whichever signal changed first", () => {
  const [one, other] = [signal(0), signal(0)];
  const drawn: string[] = [];
  disposers.push(
    drawOnFrame(() => drawn.push(`boxes ${one.value}`)),
    drawOnFrame(() => drawn.push(`what is in them ${one.value + other.value}`)),
  );
  drawn.length = 0;
  other.value = 1;
  one.value = 1;
  nextFrame();
  expect(drawn).toEqual(["boxes 1", "what is in them 2"]);
});

test("what is drawn later waits for a frame, the first time as well, and what is drawn last for that", () => {
  const value = signal(0);
  const drawn: string[] = [];
  disposers.push(
    drawLast(() => drawn.push(`last ${value.value}`)),
    drawLater(() => {
      drawn.push(`later ${value.value}`);
      return undefined;
    }),
    drawOnFrame(() => drawn.push(`now ${value.value}`)),
  );
  expect(drawn).toEqual(["now 0"]);
  nextFrame();
  expect(drawn).toEqual(["now 0"]);
  nextFrame();
  expect(drawn).toEqual(["now 0", "later 0", "last 0"]);
  value.value = 1;
  nextFrame();
  expect(drawn.slice(3)).toEqual(["now 1"]);
  nextFrame();
  expect(drawn.slice(4)).toEqual(["later 1", "last 1"]);
});

test("steps go on from frame to frame as there is time, and begin anew when something changed", () => {
  const value = signal(0);
  const drawn: string[] = [];
  disposers.push(
    drawLater(() => {
      const shown = value.value;
      return (function* () {
        for (let i = 0; i < 4; i++) {
          drawn.push(`${shown}.${i}`);
          clock += 4;
          yield;
        }
      })();
    }),
    drawLast(() => drawn.push("last")),
  );
  nextFrame();
  nextFrame();
  expect(drawn).toEqual(["0.0", "0.1"]);
  value.value = 1;
  nextFrame();
  expect(drawn.slice(2)).toEqual(["1.0", "1.1"]);
  nextFrame();
  nextFrame();
  expect(drawn.slice(4)).toEqual(["1.2", "1.3", "last"]);
});

test("it isn't put off for ever by frames that have no time", () => {
  const value = signal(0);
  let isDrawn = false;
  disposers.push(
    drawOnFrame(() => {
      clock += 20 + 0 * value.value;
    }),
    drawLater(() => {
      isDrawn = true;
      return undefined;
    }),
  );
  for (let i = 0; i < 10; i++) {
    value.value++;
    nextFrame();
  }
  expect(isDrawn).toBe(true);
});

test("a drawing that fails is reported and leaves the others alone", () => {
  const reported = vi.fn();
  vi.stubGlobal("reportError", reported);
  const value = signal(0);
  const drawn: number[] = [];
  disposers.push(
    drawOnFrame(() => {
      if (value.value === 1) throw new Error("not drawn");
    }),
    drawOnFrame(() => drawn.push(value.value)),
  );
  value.value = 1;
  nextFrame();
  expect(drawn).toEqual([0, 1]);
  expect(reported).toHaveBeenCalledOnce();
});

test("nothing is drawn any more once it was disposed of", () => {
  const value = signal(0);
  const drawn: string[] = [];
  const stops = [
    drawOnFrame(() => drawn.push(`now ${value.value}`)),
    drawLater(() => {
      drawn.push(`later ${value.value}`);
      return undefined;
    }),
  ];
  value.value = 1;
  for (const stop of stops) stop();
  nextFrame();
  nextFrame();
  expect(drawn).toEqual(["now 0"]);
});
