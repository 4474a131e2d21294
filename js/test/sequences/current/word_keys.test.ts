import { describe, expect, test } from "vitest";
import { pressWordKeys, wordAfter } from "../../../src/sequences/current/word_keys";
import { FakeElement } from "../../shared/fake_element";
import { currentPage } from "./fixtures";

/** Three words in the first line, two in the second. */
const PLACES = {
  all: () => [0, 1, 2, 3, 4].map((i) => ({ left: 20 * (i % 3), top: i < 3 ? 0 : 26, width: 18, height: 20 })),
};

function pressing(traits: object = {}) {
  const page = currentPage(traits);
  const flow = new FakeElement();
  const shown: number[] = [];
  pressWordKeys(flow.element, PLACES, (step) => shown.push(step), page.model, page.view);
  const press = (key: string, more: object = {}) => flow.send("keydown", { key, ...more });
  return { ...page, flow, press, shown };
}

describe("in the words", () => {
  test("arrow keys begin at the position, and move along words and lines", () => {
    const { view, flow, press, shown } = pressing();
    flow.send("focus");
    expect(view.hoveredStep.value).toBe(12);
    const reached = ["ArrowRight", "ArrowUp", "ArrowLeft", "End", "Home", "ArrowDown"].map((key) => {
      press(key);
      return view.hoveredStep.value;
    });
    expect(reached).toEqual([13, 10, 10, 14, 10, 13]);
    expect(shown).toEqual(reached);
  });

  test("Enter goes to the step", () => {
    const { model, press } = pressing();
    press("ArrowRight");
    press("Enter");
    expect(model.position.value).toBe(13);
  });

  test("Shift and an arrow select, onwards and back over where it began", () => {
    const { model, press } = pressing();
    press("ArrowRight", { shiftKey: true });
    expect(model.selection.value).toEqual([12, 14]);
    press("ArrowLeft", { shiftKey: true });
    press("ArrowLeft", { shiftKey: true });
    expect(model.selection.value).toEqual([11, 13]);
  });

  test("Escape selects nothing, and is left to others where nothing is selected", () => {
    const { model, press } = pressing({ selection: [11, 13] });
    expect(press("Escape").defaultPrevented).toBe(true);
    expect(model.selection.value).toBeNull();
    expect(press("Escape").defaultPrevented).toBe(false);
  });

  test("a blur leaves what the pointer is on", () => {
    const { view, flow, press } = pressing();
    press("ArrowRight");
    flow.send("blur");
    expect(view.hoveredStep.value).toBeNull();
    press("ArrowRight");
    view.hoveredStep.value = 10;
    flow.send("blur");
    expect(view.hoveredStep.value).toBe(10);
  });
});

test("other keys move nowhere", () => {
  expect(wordAfter("a", 2, 5, PLACES)).toBeNull();
});
