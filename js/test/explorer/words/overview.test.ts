import { expect, test } from "vitest";
import { dragWindow, pressStripKeys, windowExtent } from "../../../src/explorer/words/overview";
import { dispatch, FakeElement } from "../../shared/fake_element";
import { pageOf } from "../fixtures";

test("the window lies where the steps in view are among all", () => {
  expect(windowExtent([100, 200], 1000, 500)).toEqual({ left: 50, width: 50 });
  expect(windowExtent([900, 1000], 1000, 500)).toEqual({ left: 450, width: 50 });
});

test("a window that would be too narrow to be caught is wider, and still within the strip", () => {
  expect(windowExtent([500, 510], 1000, 100)).toEqual({ left: 46.5, width: 8 });
  expect(windowExtent([0, 10], 1000, 100)).toEqual({ left: 0, width: 8 });
  expect(windowExtent([990, 1000], 1000, 100)).toEqual({ left: 92, width: 8 });
});

function strip(position: number) {
  const page = pageOf({ position });
  const element = new FakeElement();
  element.box = { left: 20, top: 0, width: 500 };
  dragWindow(element.element, page.model, page.view);
  pressStripKeys(element.element, page.model, page.view);
  return { ...page, element };
}

test("a press brings the window to the pointer, and a drag takes it along", () => {
  const { model, element } = strip(0);
  element.send("pointerdown", { clientX: 20 + 250 });
  expect(model.position.value).toBe(495);
  element.send("pointermove", { clientX: 20 + 300 });
  expect(model.position.value).toBe(595);
  dispatch(element.ownerDocument, "keydown", { key: "Escape" });
  expect(model.position.value).toBe(0);
});

test("a window that is caught stays as far from the pointer as it was", () => {
  const { model, element } = strip(400);
  element.matches = (selector) => selector === ".lv-overview-window";
  element.send("pointerdown", { clientX: 20 + 202 });
  expect(model.position.value).toBe(400);
  element.send("pointermove", { clientX: 20 + 203 });
  expect(model.position.value).toBe(402);
});

test("keys move as of any slider", () => {
  const { model, element } = strip(400);
  const after = (key: string) => {
    element.send("keydown", { key });
    return model.position.value;
  };
  expect(["ArrowUp", "ArrowDown", "ArrowRight", "PageUp", "End"].map(after)).toEqual([
    401, 400, 401, 393, 990,
  ]);
});
