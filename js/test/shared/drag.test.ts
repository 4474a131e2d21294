import { beforeEach, describe, expect, test } from "vitest";
import { onDrag } from "../../src/shared/drag";
import { dispatch, FakeElement } from "./fake_element";

let target: FakeElement;
let seen: string[];
let dispose: () => void;

beforeEach(() => {
  target = new FakeElement();
  seen = [];
  dispose = onDrag(target.element, (down) => {
    if (down.altKey) return null;
    seen.push(`begin ${down.clientX}`);
    return {
      move: (event) => seen.push(`move ${event.clientX}`),
      end: () => seen.push("end"),
      cancel: () => seen.push("cancel"),
    };
  });
});

describe("a drag", () => {
  test("follows the pointer that was pressed until it is let go", () => {
    const down = target.send("pointerdown", { clientX: 5 });
    target.send("pointermove", { clientX: 8 });
    expect(target.hasPointerCapture(1)).toBe(true);
    target.send("pointerup");
    target.send("pointermove", { clientX: 9 });
    expect(seen).toEqual(["begin 5", "move 8", "end"]);
    expect([down.defaultPrevented, target.hasPointerCapture(1)]).toEqual([true, false]);
  });

  test("takes no notice of other pointers and other buttons", () => {
    target.send("pointerdown", { button: 2 });
    target.send("pointerdown");
    target.send("pointermove", { pointerId: 2, clientX: 4 });
    target.send("pointerup", { pointerId: 2 });
    expect(seen).toEqual(["begin 0"]);
  });

  test("does not begin where what is pressed refuses", () => {
    const down = target.send("pointerdown", { altKey: true });
    expect([seen, down.defaultPrevented]).toEqual([[], false]);
  });

  test("is cancelled by Escape, which nobody else sees, and by no other key", () => {
    target.send("pointerdown");
    dispatch(target.ownerDocument, "keydown", { key: "a" });
    expect(dispatch(target.ownerDocument, "keydown", { key: "Escape" }).defaultPrevented).toBe(true);
    target.send("pointerup");
    expect(seen).toEqual(["begin 0", "cancel"]);
    expect(dispatch(target.ownerDocument, "keydown", { key: "Escape" }).defaultPrevented).toBe(false);
  });

  test("is cancelled by a second finger, and where the browser takes the pointer away", () => {
    target.send("pointerdown", { pointerType: "touch" });
    target.send("pointerdown", { pointerType: "touch", pointerId: 2 });
    target.send("pointerdown");
    target.send("pointercancel");
    expect(seen).toEqual(["begin 0", "cancel", "begin 0", "cancel"]);
  });

  test("ends where the pointer's capture is lost, and is cancelled with its view", () => {
    target.send("pointerdown");
    target.send("lostpointercapture");
    target.send("pointerdown");
    dispose();
    target.send("pointerdown");
    expect(seen).toEqual(["begin 0", "end", "begin 0", "cancel"]);
  });
});
