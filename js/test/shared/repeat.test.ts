import { beforeEach, expect, test, vi } from "vitest";
import { repeatOnFrames } from "../../src/shared/repeat";

let frames: Map<number, (now: number) => void>;
let count: number;

beforeEach(() => {
  frames = new Map();
  count = 0;
  vi.stubGlobal("requestAnimationFrame", (callback: (now: number) => void) => {
    frames.set(++count, callback);
    return count;
  });
  vi.stubGlobal("cancelAnimationFrame", (frame: number) => frames.delete(frame));
});

/** Frames every 16 ms for this long, as a screen draws them. */
function draw(from: number, to: number) {
  for (let now = from; now <= to; now += 16) {
    const due = [...frames.values()];
    frames.clear();
    for (const callback of due) callback(now);
  }
}

test("something is done about as often as asked for, first after the interval", () => {
  let times = 0;
  const stop = repeatOnFrames(60, () => {
    times++;
  });
  draw(1000, 1048);
  expect(times).toBe(0);
  draw(1064, 1640);
  expect(times).toBe(10);
  stop();
  draw(1656, 3000);
  expect(times).toBe(10);
});

test("it is over at once when what is done ends it", () => {
  let times = 0;
  const stop = repeatOnFrames(60, () => {
    times++;
    stop();
  });
  draw(0, 1000);
  expect(times).toBe(1);
});
