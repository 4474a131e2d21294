import { expect, test } from "vitest";
import { decodeNumbers } from "../../src/shared/buffers";

test("numbers are read from whatever a host makes of a buffer", () => {
  const { buffer } = Float32Array.of(1, 2.5, -3);
  for (const sent of [buffer, new DataView(buffer), new Uint8Array(buffer)]) {
    expect([...decodeNumbers(sent, Float32Array)]).toEqual([1, 2.5, -3]);
  }
});

test("numbers are read where a buffer begins at any byte of a message", () => {
  const message = new Uint8Array(13);
  message.set(new Uint8Array(Int32Array.of(7, -8, 9).buffer), 1);
  expect([...decodeNumbers(new DataView(message.buffer, 1), Int32Array)]).toEqual([7, -8, 9]);
});

test("bytes that make no whole number are left out", () => {
  expect(decodeNumbers(new Uint8Array(7), Int32Array)).toHaveLength(1);
});
