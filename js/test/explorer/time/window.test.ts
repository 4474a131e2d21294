import { describe, expect, test } from "vitest";
import { countOn, decodeWindow, type SentWindow } from "../../../src/explorer/time/window";

function sent(values: number[], changes: Partial<SentWindow> = {}): SentWindow {
  return {
    layer: "layer",
    start: 10,
    stop: 12,
    cells: 2,
    dtype: "float32",
    precision: "float32",
    values: new DataView(Float32Array.from(values).buffer),
    words: ["a", "b"],
    tracks: { pos: { codes: new DataView(Int32Array.from([-1, 3]).buffer) } },
    sequence_starts: [11],
    ...changes,
  };
}

describe("a window", () => {
  test("is read from buffers that start at any byte", () => {
    const bytes = new Uint8Array(1 + 16);
    bytes.set(new Uint8Array(Float32Array.from([1, 2, 3, 4]).buffer), 1);
    const window = decodeWindow(sent([], { values: new DataView(bytes.buffer, 1) }), null);
    expect([...(window?.values ?? [])]).toEqual([1, 2, 3, 4]);
    expect(window?.tracks.get("pos")).toEqual({ kind: "categorical", codes: Int32Array.from([-1, 3]) });
  });

  test("brings numbers and predictions of tracks", () => {
    const numbers = (values: number[]) => new DataView(Float32Array.from(values).buffer);
    const labels = [
      ["a", "b"],
      ["c", "d"],
    ];
    const tracks = {
      p: { values: numbers([0.5, Number.NaN]) },
      next: { labels, scores: numbers([0.5, 0.25, 1, 0]) },
    };
    const window = decodeWindow(sent([1, 2, 3, 4], { tracks }), null);
    expect(window?.tracks.get("p")).toEqual({
      kind: "continuous",
      values: Float32Array.from([0.5, Number.NaN]),
    });
    const scores = Float32Array.from([0.5, 0.25, 1, 0]);
    expect(window?.tracks.get("next")).toEqual({ kind: "top-k", labels, scores });
  });

  test("is none before Python has sent one", () => {
    expect(decodeWindow(null, null)).toBeNull();
    expect(decodeWindow({} as SentWindow, null)).toBeNull();
  });

  test("keeps the values of the last one where they are the same, NaN included", () => {
    const first = decodeWindow(sent([1, Number.NaN, 3, 4]), null);
    const second = decodeWindow(sent([1, Number.NaN, 3, 4], { words: ["c", "d"] }), first);
    const third = decodeWindow(sent([1, Number.NaN, 3, 5]), first);
    expect(second?.values).toBe(first?.values);
    expect(second?.words).toEqual(["c", "d"]);
    expect(third?.values).not.toBe(first?.values);
  });
});

test("a cell is on where its value reaches the threshold; NaN is off", () => {
  const window = decodeWindow(sent([0.3, Number.NaN, 0.5, 0.29]), null);
  if (!window) throw new Error("no window");
  expect([...countOn(window, [0, 1], Math.fround(0.3))]).toEqual([1, 1]);
  expect([...countOn(window, [0], 0.31)]).toEqual([0, 1]);
  expect([...countOn(window, [], 0)]).toEqual([0, 0]);
});
