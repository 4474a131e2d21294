import { expect, test } from "vitest";
import { cellName } from "../../../src/explorer/cells/cell_name";
import { createModel } from "../../../src/explorer/model";
import { FakeTransport } from "../../shared/fake_transport";

test("a cell is called by its number", () => {
  expect(cellName(createModel(new FakeTransport({})), 12)).toBe("12");
});

test("a cell that has a name is called by it", () => {
  const model = createModel(new FakeTransport({ _cell_names: ["0", "1", "−0", "−1"] }));
  expect([0, 3, 7].map((cell) => cellName(model, cell))).toEqual(["0", "−1", "7"]);
});
