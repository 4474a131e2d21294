import { expect, test } from "vitest";
import { cellName, mirrorHint } from "../../../src/explorer/cells/cell_name";
import { createModel } from "../../../src/explorer/model";
import { FakeTransport } from "../../shared/fake_transport";

test("a cell is called by its number", () => {
  expect(cellName(createModel(new FakeTransport({})), 12)).toBe("12");
});

test("a cell that has a name is called by it", () => {
  const model = createModel(new FakeTransport({ _cell_names: ["0", "1", "−0", "−1"] }));
  expect([0, 3, 7].map((cell) => cellName(model, cell))).toEqual(["0", "−1", "7"]);
});

test("of a mirror it is said where it is on", () => {
  const model = createModel(
    new FakeTransport({
      layer: "a",
      _layers: [{ name: "a", cells: 4, mirror: true }],
      _cell_names: ["0", "1", "−0", "−1"],
    }),
  );
  expect([0, 1, 2, 3].map((cell) => mirrorHint(model, cell))).toEqual([
    "",
    "",
    "on where cell 0 is low",
    "on where cell 1 is low",
  ]);
  expect(mirrorHint(createModel(new FakeTransport({})), 3)).toBe("");
});
