import { describe, expect, test } from "vitest";
import { cellUnder, placeOfNumber } from "../../../src/explorer/plot/hovered_cell";
import { pageOf, sentColumns, sentEnvelopes, sentWindow } from "../fixtures";

describe("among words", () => {
  const states = Array.from({ length: 10 }, (_, step) => [0.5, step === 4 ? 0.25 : -0.5]);
  const page = () => pageOf({ _window: sentWindow(states), value_axis: [-1, 1] });
  /** Where a value lies in the plot, in pixels. */
  const y = (value: number, { view } = page()) => view.scale.value.toPixel(value);

  test("the cell is the one whose line is near the pointer", () => {
    const { model, view } = page();
    expect(cellUnder(15, y(0.5), model, view)).toBe(0);
    expect(cellUnder(15, y(-0.5) + 5, model, view)).toBe(1);
    expect(cellUnder(15, y(0), model, view)).toBeNull();
  });

  test("there is none where no step is", () => {
    const { model, view } = page();
    expect(cellUnder(-3, y(0.5), model, view)).toBeNull();
    expect(cellUnder(301, y(0.5), model, view)).toBeNull();
  });

  test("its number stands at the hovered step, or else where the cell is highest", () => {
    const { view } = page();
    expect(placeOfNumber(1, view)).toEqual({ step: 4.5, value: 0.25 });
    view.hoveredStep.value = 2;
    expect(placeOfNumber(1, view)).toEqual({ step: 2.5, value: -0.5 });
    expect(placeOfNumber(2, view)).toBeNull();
  });
});

describe("where steps share columns", () => {
  const columns = { _columns: sentColumns(), word_width: 0.5, value_axis: [-1, 1], _steps: 4 };

  test("the cell is the one whose envelope is near the pointer", () => {
    const { model, view } = pageOf({ ...columns, _envelopes: sentEnvelopes() });
    const y = view.scale.value.toPixel;
    expect(view.stride.value).toBe(2);
    expect(cellUnder(0.2, y(0.1), model, view)).toBe(3);
    expect(cellUnder(0.2, y(0.7), model, view)).toBe(7);
  });

  test("there is none until the envelopes have come", () => {
    const { model, view } = pageOf({ ...columns, _window: sentWindow([[0.5], [0.5], [0.5], [0.5]]) });
    expect(cellUnder(0.2, view.scale.value.toPixel(0.5), model, view)).toBeNull();
    expect(placeOfNumber(3, view)).toBeNull();
  });

  test("its number stands over the highest column", () => {
    const { view } = pageOf({ ...columns, _envelopes: sentEnvelopes() });
    expect(placeOfNumber(3, view)).toEqual({ step: 3, value: 1 });
    view.hoveredStep.value = 1;
    expect(placeOfNumber(3, view)).toEqual({ step: 1, value: 0.25 });
  });
});
