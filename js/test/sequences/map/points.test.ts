import { expect, test } from "vitest";
import { colorsOf, decodePointColors, decodePoints } from "../../../src/sequences/map/points";

function bytes(numbers: ArrayLike<number> & { buffer: ArrayBufferLike }): DataView {
  return new DataView(numbers.buffer as ArrayBuffer);
}

const points = decodePoints({
  count: 2,
  key: "2-0a",
  coordinates: bytes(new Float32Array([0, 1, 2, 3])),
  steps: null,
});

function colors(key: string) {
  return decodePointColors({
    by: "expected",
    key,
    kind: "classes",
    labels: ["a"],
    codes: bytes(new Uint16Array([0, 65535])),
    strength: bytes(new Uint8Array([255, 0])),
    values: null,
    range: null,
  });
}

test("colours are those of the points with the same key", () => {
  const own = colorsOf(points, colors("2-0a"));
  expect([...(own?.codes ?? [])]).toEqual([0, 65535]);
  expect([...(own?.strength ?? [])]).toEqual([255, 0]);
});

test("colours of another map colour nothing, nor do any before there is a map", () => {
  expect(colorsOf(points, colors("2-0b"))).toBeNull();
  expect(colorsOf(points, null)).toBeNull();
  expect(colorsOf(null, colors("2-0a"))).toBeNull();
});
