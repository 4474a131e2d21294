import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { brushWords, isWithin } from "../../../src/sequences/current/word_brush";
import { dispatch, FakeElement } from "../../shared/fake_element";
import { currentPage } from "./fixtures";

/** Words 20 pixels wide: three in the first line, two in the second. */
const PLACES = [0, 1, 2, 3, 4].map((i) => ({
  left: 20 * (i % 3),
  top: i < 3 ? 0 : 26,
  width: 18,
  height: 20,
}));

class Flow extends FakeElement {
  clientWidth = 60;
  clientHeight = 52;
  scrollTop = 0;
}

let frames: ((now: number) => void)[] = [];

beforeEach(() => {
  frames = [];
  vi.stubGlobal("requestAnimationFrame", (callback: () => void) => frames.push(callback));
  vi.stubGlobal("cancelAnimationFrame", () => {
    frames = [];
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

function brushing(traits: object = {}) {
  const page = currentPage(traits);
  const flow = new Flow();
  brushWords(flow.element, { all: () => PLACES, forget() {} }, page.model, page.view);
  /** The middle of the i-th word. */
  const at = (type: string, i: number, more: object = {}) => {
    const { left, top } = PLACES[i] as { left: number; top: number };
    return flow.send(type, { clientX: left + 9, clientY: top + 10, ...more });
  };
  return { ...page, flow, at };
}

describe("a press on a word", () => {
  test("goes to its step, and selects nothing", () => {
    const { model, at } = brushing();
    at("pointerdown", 4);
    at("pointermove", 4);
    at("pointerup", 4);
    expect([model.position.value, model.selection.value]).toEqual([14, null]);
  });

  test("beside the words, on the scroll bar, does nothing", () => {
    const { model, at } = brushing();
    at("pointerdown", 4, { clientX: 66 });
    at("pointerup", 4, { clientX: 66 });
    expect(model.position.value).toBe(12);
  });
});

describe("a drag over words", () => {
  test("selects from the word where it began to the one it reached, across lines and backwards", () => {
    const { model, view, at } = brushing();
    at("pointerdown", 1);
    at("pointermove", 3);
    expect([model.selection.value, view.hoveredStep.value]).toEqual([[11, 14], 13]);
    at("pointermove", 0);
    at("pointerup", 0);
    expect([model.selection.value, model.position.value]).toEqual([[10, 12], 12]);
  });

  test("selects a single word if it comes back to it", () => {
    const { model, at } = brushing();
    at("pointerdown", 1);
    at("pointermove", 2);
    at("pointermove", 1);
    at("pointerup", 1);
    expect(model.selection.value).toEqual([11, 12]);
  });

  test("extends with Shift from the farther end, but not a selection elsewhere", () => {
    const { model, at } = brushing({ selection: [11, 13] });
    at("pointerdown", 4, { shiftKey: true });
    at("pointerup", 4);
    expect(model.selection.value).toEqual([11, 15]);
    const other = brushing({ selection: [3, 5] });
    other.at("pointerdown", 4, { shiftKey: true });
    other.at("pointermove", 3);
    other.at("pointerup", 3);
    expect(other.model.selection.value).toEqual([13, 15]);
  });

  test("is undone by Escape", () => {
    const { model, flow, at } = brushing({ selection: [10, 11] });
    at("pointerdown", 1);
    at("pointermove", 3);
    dispatch(flow.ownerDocument, "keydown", { key: "Escape" });
    expect(model.selection.value).toEqual([10, 11]);
  });
});

test("a selection is within a sequence or elsewhere", () => {
  expect([isWithin([3, 5], [3, 5]), isWithin([2, 5], [3, 9]), isWithin(null, [3, 9])]).toEqual([
    true,
    false,
    false,
  ]);
});
