import { describe, expect, test } from "vitest";
import { hintOn, onRates, rateText } from "../../../src/explorer/cells/on_rates";
import { pageOf } from "../fixtures";

const cells = (count: number) => Array.from({ length: count }, (_, cell) => cell);

test("rates belong to the selected cells in their order, and are unknown until they fit", () => {
  expect([...onRates(pageOf({ selected_cells: [3, 8], _on_rates: [0.5, 0.25] }).model)]).toEqual([
    [3, 0.5],
    [8, 0.25],
  ]);
  expect(onRates(pageOf({ selected_cells: [3, 8], _on_rates: null }).model).size).toBe(0);
  expect(onRates(pageOf({ selected_cells: [3], _on_rates: [0.5, 0.25] }).model).size).toBe(0);
});

test("a rate is told in percent of all steps", () => {
  expect([0, 0.004, 0.23, 1].map(rateText)).toEqual([
    "on at 0 % of all steps",
    "on at less than 1 % of all steps",
    "on at 23 % of all steps",
    "on at 100 % of all steps",
  ]);
});

describe("a hint", () => {
  const hint = (traits: object, every = 100) => hintOn(pageOf({ selection: [3, 6], ...traits }).model, every);

  test("is given where most cells are on nearly everywhere", () => {
    const given = { selected_cells: cells(4), _on_rates: [0.9, 0.8, 0.1, 0.2] };
    expect(hint(given)).toBe(
      "2 of these 4 cells are on at 80 % of all steps or more: they say little about this phrase.",
    );
    expect(hint({ ...given, _on_rates: [0.9, 0.7, 0.1, 0.2] })).toBe("");
  });

  test("is given where a large part of all cells is on", () => {
    const given = { selected_cells: cells(50), _on_rates: cells(50).map(() => 0.5) };
    expect(hint(given)).toBe("50 of all 100 cells are on here: too many to say much about this phrase.");
    expect(hint(given, 125)).toBe("");
  });

  test("is not given to whom asks for cells that are off before or after, nor before anything is known", () => {
    const given = { selected_cells: cells(4), _on_rates: [1, 1, 1, 1] };
    expect(hint(given)).not.toBe("");
    for (const also of [{ off_before: 1 }, { off_after: 1 }, { selection: null }, { _on_rates: null }]) {
      expect(hint({ ...given, ...also })).toBe("");
    }
    expect(hint({ selected_cells: [1, 2, 3], _on_rates: [1, 1, 1] })).toBe("");
  });
});
