import { beforeEach, describe, expect, test } from "vitest";
import type { Model } from "../../src/scatter/model";
import { followPointer, toggleSelected } from "../../src/scatter/pointer";
import type { ViewState } from "../../src/scatter/view_state";
import { dispatch, FakeElement } from "../shared/fake_element";
import type { FakeTransport } from "../shared/fake_transport";
import { plotOf } from "./fixtures";

let model: Model;
let view: ViewState;
let transport: FakeTransport;
let plot: FakeElement;

beforeEach(() => {
  ({ model, view, transport } = plotOf());
  plot = new FakeElement();
  plot.box.left = 50;
  followPointer(plot.element, model, view);
});

/** An event at a place in the units of the axes. */
function at(type: string, x: number, y: number, more: object = {}) {
  const { toX, toY } = view.projection.peek();
  return plot.send(type, { clientX: 50 + toX(x), clientY: toY(y), ...more });
}

describe("the point under the pointer", () => {
  test("is the nearest one within reach", () => {
    at("pointermove", 10.5, 5.2);
    expect(view.hovered.value).toBe(5);
    at("pointermove", 14, 5);
    expect(view.hovered.value).toBeNull();
  });

  test("is none while a button is down, and once the pointer has left", () => {
    at("pointermove", 10, 5, { buttons: 1 });
    expect(view.hovered.value).toBeNull();
    at("pointermove", 10, 5);
    plot.send("pointerleave");
    expect(view.hovered.value).toBeNull();
  });

  test("is not one whose label is hidden", () => {
    model.set("hidden_labels", ["DET"]);
    at("pointermove", 10, 5);
    expect(view.hovered.value).toBeNull();
  });
});

describe("a click", () => {
  function click(x: number, y: number) {
    at("pointerdown", x, y);
    at("pointerup", x, y);
  }

  test("picks the point, and is settled", () => {
    click(10.2, 5);
    expect([model.picked.value, view.cursor.value]).toEqual([5, 5]);
    expect(transport.messages).toEqual([{ settle: { picked: 5 } }]);
  });

  test("picks one after another of those at a place", () => {
    const picked = [0, 1, 2].map(() => {
      click(10, 0);
      return model.picked.value;
    });
    expect(picked).toEqual([1, 6, 1]);
  });

  test("beside all points picks nothing", () => {
    click(15, 5);
    expect(model.picked.value).toBeNull();
  });

  test("made twice beside all points shows all", () => {
    at("dblclick", 10, 5);
    expect(model.view.value).not.toBeNull();
    at("dblclick", 15, 5);
    expect(model.view.value).toBeNull();
  });
});

describe("a drag", () => {
  test("moves the plot with the pointer", () => {
    plot.send("pointerdown", { clientX: 100, clientY: 100 });
    plot.send("pointermove", { clientX: 102, clientY: 100 });
    expect(model.view.value).toEqual([-1, 21, -0.5, 10.5]);
    plot.send("pointermove", { clientX: 130, clientY: 140 });
    expect(model.view.value).toEqual([-4, 18, 1.5, 12.5]);
    plot.send("pointerup", { clientX: 130, clientY: 140 });
    expect(model.picked.value).toBeNull();
  });

  test("that is cancelled puts the plot back", () => {
    plot.send("pointerdown", { clientX: 100, clientY: 100 });
    plot.send("pointermove", { clientX: 130, clientY: 100 });
    dispatch(plot.ownerDocument, "keydown", { key: "Escape" });
    expect(model.view.value).toEqual([-1, 21, -0.5, 10.5]);
  });
});

describe("a drag with Shift", () => {
  function lasso(...corners: [number, number][]) {
    const [first, ...others] = corners as [[number, number], ...[number, number][]];
    at("pointerdown", ...first, { shiftKey: true });
    for (const corner of others) at("pointermove", ...corner);
  }

  test("selects the shown points that it goes around", () => {
    model.set("hidden_labels", ["DET"]);
    lasso([-1, -0.5], [12, -0.5], [12, 6], [-1, 6]);
    expect(view.lasso.value).toHaveLength(4);
    plot.send("pointerup");
    expect([model.selected.value, view.lasso.value]).toEqual([[0, 1, 6], null]);
  });

  test("that is cancelled selects nothing", () => {
    model.set("selected", [3]);
    lasso([-1, -0.5], [12, -0.5], [12, 6]);
    dispatch(plot.ownerDocument, "keydown", { key: "Escape" });
    expect([model.selected.value, view.lasso.value]).toEqual([[3], null]);
  });

  test("that is only a click adds the point, or takes it away", () => {
    const click = () => {
      lasso([10, 5]);
      plot.send("pointerup");
      return model.selected.value;
    };
    model.set("selected", [6]);
    expect([click(), click()]).toEqual([[5, 6], [6]]);
  });
});

test("selected points are kept in order", () => {
  for (const point of [4, 0, 2, 4]) toggleSelected(point, model);
  expect(model.selected.value).toEqual([0, 2]);
});

describe("a wheel", () => {
  test("zooms around the pointer with Ctrl", () => {
    at("wheel", 10, 5, { deltaY: -100, ctrlKey: true });
    const [left, right] = model.view.value as readonly number[];
    expect((right as number) - (left as number)).toBeCloseTo(22 / 1.25);
    expect(view.projection.value.toX(10)).toBeCloseTo(110);
  });

  test("scrolls the notebook without, unless the plot has the focus", () => {
    expect(at("wheel", 10, 5, { deltaY: -100 }).defaultPrevented).toBe(false);
    plot.matches = () => true;
    expect(at("wheel", 10, 5, { deltaY: -100 }).defaultPrevented).toBe(true);
  });
});
