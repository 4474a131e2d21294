import { describe, expect, it } from "vitest";
import { createModel } from "../../src/explorer/model";
import { decodeWindow, type SentWindow } from "../../src/explorer/time/window";
import { savedTransport } from "../../src/shared/saved";

const base64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));

function savedWindow(values: unknown, dtype = "float32") {
  const window = {
    layer: "a",
    start: 0,
    stop: 2,
    cells: 3,
    dtype,
    precision: dtype,
    values,
    words: ["x", "y"],
  };
  return JSON.stringify({ layer: "a", threshold: 0.5, selection: [0, 1], _window: window });
}

describe("a saved view", () => {
  it("has its numbers as they were", () => {
    const numbers = Float32Array.of(0.1, 0.2, 0.3, Number.NaN, 4, 5);
    const saved = savedTransport(savedWindow({ base64: base64(new Uint8Array(numbers.buffer)) }));
    expect(decodeWindow(saved.get("_window") as SentWindow, null)?.values).toEqual(numbers);
  });

  it("has 16 bits as steps from the least, and codes for what is not finite", () => {
    const codes = Uint16Array.of(0, 1, 65000, 65533, 65534, 65535);
    const sent = { codes: { base64: base64(new Uint8Array(codes.buffer)) }, low: -1, step: 0.5 };
    const saved = savedTransport(savedWindow(sent, "float64"));
    const values = decodeWindow(saved.get("_window") as SentWindow, null)?.values;
    expect([...(values ?? [])]).toEqual([-1, -0.5, 32499, Infinity, -Infinity, Number.NaN]);
  });

  it("takes what can be drawn without Python and nothing else", () => {
    const model = createModel(savedTransport(savedWindow({ base64: "" })));
    expect(model.live.value).toBe(false);
    model.set("threshold", 0.9);
    model.set("selection", [1, 2]);
    model.set("position", 1);
    model.set("color_by", null);
    expect([model.threshold.value, model.selection.value]).toEqual([0.5, [0, 1]]);
    expect([model.position.value, model.color_by.value]).toEqual([1, null]);
  });
});
