import { expect, test } from "vitest";
import { decodeSteps, encodeSteps, joined } from "../../../src/sequences/map/steps_text";

test("steps travel as Python writes them", () => {
  // base64.b64encode(np.asarray([1, 258, 70000], "<i4").tobytes())
  expect(encodeSteps([1, 258, 70000])).toBe("AQAAAAIBAABwEQEA");
  expect([...decodeSteps("AQAAAAIBAABwEQEA")]).toEqual([1, 258, 70000]);
});

test("no steps are an empty text", () => {
  expect(encodeSteps([])).toBe("");
  expect(decodeSteps("")).toHaveLength(0);
});

test("many steps come back as they were", () => {
  const steps = Int32Array.from({ length: 30_001 }, (_, i) => 3 * i);
  expect(decodeSteps(encodeSteps(steps))).toEqual(steps);
});

test("what is no such text holds no steps", () => {
  expect(decodeSteps("§")).toHaveLength(0);
});

test("steps are joined in order, each once", () => {
  expect(joined([1, 5, 9], Int32Array.of(2, 5))).toEqual([1, 2, 5, 9]);
});
