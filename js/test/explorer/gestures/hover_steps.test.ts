import { expect, test } from "vitest";
import { hoverSteps } from "../../../src/explorer/gestures/hover_steps";
import { FakeElement } from "../../shared/fake_element";
import { pageOf } from "../fixtures";

test("the step under the pointer is the hovered one, until the pointer leaves", () => {
  const { model, view } = pageOf({ position: 100 });
  const row = new FakeElement();
  row.box.left = 20;
  hoverSteps(row.element, model, view);
  row.send("pointermove", { clientX: 20 + 65 });
  expect(view.hoveredStep.value).toBe(102);
  row.send("pointermove", { clientX: 20 + 301 });
  expect(view.hoveredStep.value).toBeNull();
  row.send("pointermove", { clientX: 20 });
  row.send("pointerleave");
  expect(view.hoveredStep.value).toBeNull();
});
