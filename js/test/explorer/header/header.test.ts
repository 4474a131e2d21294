import { expect, test } from "vitest";
import { titleOf } from "../../../src/explorer/header/header";
import { pageOf, sentWindow } from "../fixtures";

const title = (traits: object) => titleOf(pageOf(traits).model);

test("the title has the name of the data, of its only layer and of its transform, and its size", () => {
  expect(title({ _name: "alice", _transform: "tanh", _steps: 12_000 })).toEqual({
    name: "alice",
    details: "a, tanh, 12,000 steps × 2",
  });
});

test("data without a name has that of its only layer", () => {
  expect(title({ _steps: 5 })).toEqual({ name: "a", details: "5 steps × 2" });
});

test("of several layers the menu says which is shown", () => {
  const _layers = [
    { name: "a", cells: 30 },
    { name: "b", cells: 50 },
  ];
  expect(title({ _name: "alice", layer: "b", _layers })).toEqual({
    name: "alice",
    details: "1,000 steps × 50",
  });
  expect(title({ _layers })).toEqual({ name: "", details: "1,000 steps × 30" });
});

test("mirrors are named beside the cells, and not counted, also where a layer was made of thresholds of them", () => {
  const _layers = [
    { name: "a", cells: 60, mirror: true },
    { name: "a · x", cells: 60, mirror: false, of: "a" },
  ];
  expect(title({ _layers }).details).toBe("1,000 steps × 30, with mirrors");
  expect(title({ _layers, layer: "a · x" }).details).toBe("1,000 steps × 30");
});

test("the cells are those of the window where nothing is known of the layer", () => {
  expect(title({ _layers: null, _window: sentWindow([[1, 2, 3]]) }).details).toBe("1,000 steps × 3");
});

test("mirrors aren't counted, but named", () => {
  const layers = [{ name: "a", cells: 1300, mirror: true }];
  expect(title({ _name: "Alice", _layers: layers, layer: "a", _steps: 30 }).details).toContain(
    "× 650, with mirrors",
  );
});
