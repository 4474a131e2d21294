import { expect, test } from "vitest";
import { moveAlong } from "../../../src/explorer/gestures/moving";
import { FakeElement } from "../../shared/fake_element";
import { pageOf } from "../fixtures";

function moving() {
  const page = pageOf({ position: 100 });
  const [plot, row] = [new FakeElement(), new FakeElement()];
  moveAlong(plot.element, row.element, page.model, page.view);
  return { ...page, plot, row };
}

test("keys move along time, and stop at both ends", () => {
  const { model, plot } = moving();
  const after = (key: string) => {
    plot.send("keydown", { key });
    return model.position.value;
  };
  expect(["ArrowRight", "ArrowLeft", "PageDown", "PageUp"].map(after)).toEqual([101, 100, 108, 100]);
  expect(["End", "Home", "ArrowLeft"].map(after)).toEqual([990, 0, 0]);
  expect(plot.send("keydown", { key: "ArrowUp" }).defaultPrevented).toBe(false);
});

test("fractions of a step that a touchpad sends add up", () => {
  const { model, row } = moving();
  for (let i = 0; i < 5; i++) row.send("wheel", { deltaX: 10 });
  expect(model.position.value).toBe(101);
  row.send("wheel", { deltaX: 10 });
  expect(model.position.value).toBe(102);
  expect(row.send("wheel", { deltaY: 50 }).defaultPrevented).toBe(false);
});
