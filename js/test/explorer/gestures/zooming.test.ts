import { describe, expect, test } from "vitest";
import {
  createWholeToggle,
  freeWidth,
  restingPoint,
  zoomBy,
  zoomWithKeys,
  zoomWithPointer,
} from "../../../src/explorer/gestures/zooming";
import { FakeElement } from "../../shared/fake_element";
import { pageOf } from "../fixtures";

describe("without the pointer", () => {
  test("the middle of the page stays where it is, or that of the selection where it is in sight", () => {
    const { model, view } = pageOf({ position: 100 });
    expect(restingPoint(model, view)).toBe(150);
    model.set("selection", [102, 104]);
    expect(restingPoint(model, view)).toBe(90);
    model.set("selection", [108, 112]);
    expect(restingPoint(model, view)).toBe(150);
  });

  test("steps get wider around it", () => {
    const { model, view } = pageOf({ position: 100, selection: [104, 106] });
    zoomBy(1, model, view);
    expect([model.word_width.value, model.position.value]).toEqual([38, 101]);
    zoomBy(-1, model, view);
    expect([model.word_width.value, model.position.value]).toEqual([30, 100]);
  });

  test("all steps come into view, and what was seen before comes back", () => {
    const { model, view } = pageOf({ position: 400 });
    const toggle = createWholeToggle(model, view);
    toggle();
    expect([model.word_width.value, model.position.value]).toEqual([0.3, 0]);
    toggle();
    expect([model.word_width.value, model.position.value]).toEqual([30, 400]);
  });

  test("where all steps are in view from the start, legible words are shown", () => {
    const { model, view } = pageOf({ word_width: 0.3 });
    createWholeToggle(model, view)();
    expect(model.word_width.value).toBe(30);
  });
});

test("what rounding to whole pixels takes away is kept from turn to turn", () => {
  const { model } = pageOf();
  const free = freeWidth(model);
  for (let i = 0; i < 10; i++) model.set("word_width", free.scaled(1.01, 2));
  expect(model.word_width.value).toBe(Math.round(30 * 1.01 ** 10));
  model.set("word_width", 50);
  expect(free.scaled(1.1, 2)).toBe(55);
  expect(free.scaled(0.001, 2)).toBe(2);
});

test("keys zoom while the plot has the focus", () => {
  const { model, view } = pageOf({ position: 100 });
  const plot = new FakeElement();
  let wholes = 0;
  zoomWithKeys(plot.element, () => wholes++, model, view);
  expect(plot.send("keydown", { key: "+" }).defaultPrevented).toBe(true);
  expect(model.word_width.value).toBe(38);
  plot.send("keydown", { key: "−" });
  plot.send("keydown", { key: "0" });
  expect([model.word_width.value, wholes]).toEqual([30, 1]);
  expect(plot.send("keydown", { key: "x" }).defaultPrevented).toBe(false);
  expect(plot.send("keydown", { key: "+", ctrlKey: true }).defaultPrevented).toBe(false);
});

describe("with the pointer", () => {
  test("a turned wheel zooms around it with Ctrl, and scrolls without", () => {
    const { model, view } = pageOf({ position: 100 });
    const plot = new FakeElement();
    plot.box.left = 50;
    zoomWithPointer(plot.element, model, view);
    expect(plot.send("wheel", { deltaY: -300, clientX: 50 }).defaultPrevented).toBe(false);
    plot.send("wheel", { deltaY: -100, clientX: 350, ctrlKey: true });
    // The step 110, at the pointer, has stayed there: 8 steps of 38 pixels lie left of it.
    expect([model.word_width.value, model.position.value]).toEqual([38, 102]);
  });

  test("two fingers zoom by how far apart they are in time", () => {
    const { model, view } = pageOf({ position: 100 });
    const plot = new FakeElement();
    zoomWithPointer(plot.element, model, view);
    const touch = (type: string, pointerId: number, clientX: number, clientY: number) =>
      plot.send(type, { pointerType: "touch", pointerId, clientX, clientY });
    touch("pointerdown", 1, 0, 0);
    touch("pointerdown", 2, 100, 0);
    touch("pointermove", 2, 100, 400);
    expect(model.word_width.value).toBe(30);
    touch("pointermove", 2, 200, 400);
    expect(model.word_width.value).toBe(60);
  });
});
