import { beforeEach, describe, expect, test } from "vitest";
import { followKeys } from "../../src/scatter/keyboard";
import type { Model } from "../../src/scatter/model";
import type { ViewState } from "../../src/scatter/view_state";
import { FakeElement } from "../shared/fake_element";
import { plotOf } from "./fixtures";

let model: Model;
let view: ViewState;
let plot: FakeElement;

function begin(traits: object = {}) {
  ({ model, view } = plotOf(traits));
  plot = new FakeElement();
  followKeys(plot.element, model, view);
}

beforeEach(() => begin());

const press = (key: string, more: object = {}) => plot.send("keydown", { key, ...more });

function stopAfter(key: string) {
  press(key);
  return view.cursor.value;
}

describe("arrow keys", () => {
  test("begin at the point nearest to the middle, or at the picked one", () => {
    expect(stopAfter("ArrowRight")).toBe(5);
    begin({ picked: 3 });
    expect(stopAfter("ArrowRight")).toBe(3);
  });

  test("go from point to point, and stay where there is none", () => {
    begin({ picked: 0 });
    expect(["ArrowUp", "ArrowUp", "ArrowRight", "ArrowDown"].map(stopAfter)).toEqual([0, 2, 3, 4]);
    expect(stopAfter("ArrowDown")).toBe(4);
  });

  test("pass over points whose label is hidden", () => {
    begin({ picked: 0, hidden_labels: ["VERB"] });
    press("ArrowRight");
    expect(stopAfter("ArrowRight")).toBe(6);
  });

  test("bring the point into view", () => {
    begin({ picked: 0, view: [-1, 5, -1, 2] });
    press("ArrowRight");
    press("ArrowRight");
    const [left, right] = model.view.value as readonly [number, number, number, number];
    expect([view.cursor.value, left < 10 && right > 10]).toEqual([1, true]);
  });
});

test("page keys go from phrase to phrase in time, also at one place, and stop at the ends", () => {
  begin({ picked: 5 });
  expect(["PageDown", "PageDown", "PageUp", "Home", "PageUp", "End"].map(stopAfter)).toEqual([
    6, 6, 5, 0, 0, 6,
  ]);
});

describe("the point that the keys are at", () => {
  test("is picked by Enter, and selected with Shift", () => {
    press("ArrowRight");
    press("Enter");
    expect(model.picked.value).toBe(5);
    press(" ", { shiftKey: true });
    expect(model.selected.value).toEqual([5]);
  });

  test("is marked until the plot loses the focus", () => {
    press("ArrowRight");
    expect(view.keyed.value).toBe(true);
    plot.send("blur");
    expect(view.keyed.value).toBe(false);
  });
});

test("Escape lets the selected points go, then the picked one, and then means nothing here", () => {
  begin({ picked: 5, selected: [1, 2] });
  expect(press("Escape").defaultPrevented).toBe(true);
  expect([model.selected.value, model.picked.value]).toEqual([[], 5]);
  press("Escape");
  expect(model.picked.value).toBeNull();
  expect(press("Escape").defaultPrevented).toBe(false);
});

test("plus and minus zoom around the middle, or around the point; 0 shows all", () => {
  press("+");
  const [left, right] = view.box.value;
  expect(right - left).toBeCloseTo(22 / 1.25);
  expect((left + right) / 2).toBeCloseTo(10);
  press("-");
  expect(view.box.value[1] - view.box.value[0]).toBeCloseTo(22);
  press("0");
  expect(model.view.value).toBeNull();
});

test("keys with Ctrl are the notebook's", () => {
  expect(press("ArrowRight", { ctrlKey: true }).defaultPrevented).toBe(false);
  expect(press("a").defaultPrevented).toBe(false);
});
