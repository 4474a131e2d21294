import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { beyondText, mountJumpLine } from "../../../src/sequences/current/jump_line";
import { distanceAt, lineAt } from "../../../src/sequences/current/jumps";
import { dispatch, FakeElement } from "../../shared/fake_element";
import { currentPage } from "./fixtures";

type Styled = FakeElement & { style: Record<string, unknown> };

let made: Styled[] = [];

beforeEach(() => {
  made = [];
  vi.stubGlobal("requestAnimationFrame", () => 0);
  vi.stubGlobal("document", {
    createElement: () => {
      const style: Record<string, unknown> = {
        setProperty(name: string, value: string) {
          style[name] = value;
        },
      };
      const element = Object.assign(new FakeElement(), { style });
      made.push(element);
      return element;
    },
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

/** The line on an axis from 0 to 2, which is 64 pixels long. */
function line(threshold = 1) {
  made = [];
  const { model } = currentPage({ jump_threshold: threshold });
  const box = new FakeElement();
  const pressed = vi.fn();
  const axis = { most: () => 2, step: () => 0.02, lineAt, distanceAt, pressed };
  const dispose = mountJumpLine(box.element, axis, model);
  return { model, line: made[1] as Styled, pressed, dispose };
}

test("the line follows the pointer, in round numbers, and Escape puts it back", () => {
  const { model, line: handle } = line();
  handle.send("pointerdown", { clientY: 40 });
  handle.send("pointermove", { clientY: 24 });
  expect(model.jump_threshold.value).toBe(1.5);
  dispatch(handle.ownerDocument, "keydown", { key: "Escape" });
  expect(model.jump_threshold.value).toBe(1);
});

test("a press that doesn't move the line is meant for what lies beneath it", () => {
  const { model, line: handle, pressed } = line();
  handle.send("pointerdown", { clientY: 40 });
  handle.send("pointermove", { clientY: 42 });
  handle.send("pointerup", { clientY: 42 });
  expect(model.jump_threshold.value).toBe(1);
  expect(pressed).toHaveBeenCalledOnce();
  handle.send("pointerdown", { clientY: 40 });
  handle.send("pointermove", { clientY: 24 });
  handle.send("pointerup", { clientY: 24 });
  expect(pressed).toHaveBeenCalledOnce();
});

test("what can be caught of the line stays within the chart", () => {
  // The line may be at 5 to 69 pixels, where the chart ends.
  const places = [0, 1, 2].map((threshold) => {
    const { transform, "--at": at } = line(threshold).line.style;
    return [transform, at];
  });
  expect(places).toEqual([
    ["translateY(45px)", "24px"],
    ["translateY(25px)", "12px"],
    ["translateY(0px)", "5px"],
  ]);
});

test("arrow keys move the line, and it stays above 0", () => {
  const { model, line: handle } = line();
  handle.send("keydown", { key: "ArrowUp" });
  expect(model.jump_threshold.value).toBe(1.02);
  for (let i = 0; i < 8; i++) handle.send("keydown", { key: "PageDown" });
  expect(model.jump_threshold.value).toBe(0);
});

test("a screen reader hears how many jumps are as long", () => {
  const { line: handle } = line();
  expect(handle.attributes.get("aria-valuetext")).toBe("1, 1 of 4 jumps at least as long");
});

test("a threshold beyond the axis is said there", () => {
  expect([beyondText(1, 2), beyondText(3, 2), beyondText(-1, 2)]).toEqual(["", "↑ 3", "↓ −1"]);
});
