import { expect, test } from "vitest";
import { onPinch } from "../../src/shared/pinch";
import { FakeElement } from "./fake_element";

function fingers() {
  const target = new FakeElement();
  const zooms: (readonly [factor: number, x: number, y: number])[] = [];
  let lifted = 0;
  onPinch(target.element, {
    place: (event) => [event.clientX, event.clientY],
    zoom: (factor, [x, y]) => zooms.push([factor, x, y]),
    lifted: () => lifted++,
  });
  const touch = (type: string, pointerId: number, clientX: number, clientY = 0) =>
    target.send(type, { pointerType: "touch", pointerId, clientX, clientY });
  return { target, touch, zooms, lifts: () => lifted };
}

test("two fingers zoom by how far apart they are, around their middle", () => {
  const { touch, zooms } = fingers();
  touch("pointerdown", 1, 100);
  touch("pointermove", 1, 90);
  touch("pointerdown", 2, 140);
  touch("pointermove", 2, 190, 0);
  touch("pointermove", 1, 190, 50);
  expect(zooms).toEqual([
    [2, 140, 0],
    [0.5, 190, 25],
  ]);
});

test("fingers that touch do not zoom by leaps", () => {
  const { touch, zooms } = fingers();
  touch("pointerdown", 1, 100);
  touch("pointerdown", 2, 101);
  touch("pointermove", 2, 116);
  expect(zooms).toEqual([[2, 108, 0]]);
});

test("a mouse and a single finger do not zoom, and a lifted finger is forgotten", () => {
  const { target, touch, zooms, lifts } = fingers();
  target.send("pointerdown", { pointerId: 5 });
  touch("pointerdown", 1, 100);
  touch("pointerdown", 2, 200);
  touch("pointerup", 2, 200);
  touch("pointermove", 1, 300);
  touch("pointercancel", 1, 300);
  expect([zooms, lifts()]).toEqual([[], 1]);
});
