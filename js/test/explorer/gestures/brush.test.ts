import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { brushSteps } from "../../../src/explorer/gestures/brush";
import { dispatch, FakeElement } from "../../shared/fake_element";
import { pageOf, sentColumns, sentWindow } from "../fixtures";

let frames: ((now: number) => void)[] = [];

/** The animation frames of so many milliseconds. */
function pass(milliseconds: number) {
  for (let now = 0; now <= milliseconds; now += 20) {
    const due = frames;
    frames = [];
    for (const callback of due) callback(now);
  }
}

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
  const window = sentWindow(
    Array.from({ length: 40 }, () => [0]),
    { start: 90, sequence_starts: [104] },
  );
  const page = pageOf({ position: 100, _window: window, ...traits });
  const row = new FakeElement();
  brushSteps(row.element, page.model, page.view);
  /** The middle of the i-th step in sight. */
  const at = (type: string, i: number, more: object = {}) =>
    row.send(type, { clientX: 30 * i + 15, ...more });
  return { ...page, row, at };
}

describe("a brush", () => {
  test("selects the step that is pressed, and extends to the one that is reached", () => {
    const { model, view, row, at } = brushing();
    at("pointerdown", 5);
    expect(model.selection.value).toEqual([105, 106]);
    at("pointermove", 7);
    expect([model.selection.value, view.cursor.value]).toEqual([[105, 108], 107]);
    at("pointerup", 7);
    expect([model.selection.value, row.focused]).toEqual([[105, 108], 1]);
  });

  test("stays in the sequence in which it began", () => {
    const { model, at } = brushing();
    at("pointerdown", 5);
    at("pointermove", 1);
    expect(model.selection.value).toEqual([104, 106]);
  });

  test("with Shift extends the selection from its farther end", () => {
    const { model, at } = brushing({ selection: [105, 107], _selection_bounds: [104, 130] });
    at("pointerdown", 8, { shiftKey: true });
    expect(model.selection.value).toEqual([105, 109]);
  });

  test("that is cancelled leaves selection and position as they were", () => {
    const { model, row, at } = brushing({ selection: [105, 107] });
    at("pointerdown", 8);
    at("pointermove", 30);
    pass(100);
    expect(model.position.value).toBeGreaterThan(100);
    dispatch(row.ownerDocument, "keydown", { key: "Escape" });
    expect([model.selection.value, model.position.value]).toEqual([[105, 107], 100]);
  });

  test("does not begin with Alt, which pins, nor before there are words", () => {
    const { model, at } = brushing();
    at("pointerdown", 5, { altKey: true });
    expect(model.selection.value).toBeNull();
    const empty = brushing({ _window: null });
    empty.at("pointerdown", 5);
    expect(empty.model.selection.value).toBeNull();
  });

  test("takes whole columns where steps share them", () => {
    const columns = sentColumns({ stop: 1000 });
    const { model, at } = brushing({ position: 0, word_width: 0.5, _columns: columns });
    at("pointerdown", 5);
    expect(model.selection.value).toEqual([330, 332]);
  });
});

describe("a brush with Ctrl", () => {
  const several = {
    selection: [105, 107],
    selected_ranges: [
      [101, 102],
      [105, 107],
    ],
    _n_ranges: 2,
  };

  test("adds its steps to what is selected: drawn at once, asked for at its end", () => {
    const { model, view, transport, at } = brushing(several);
    at("pointerdown", 8, { ctrlKey: true });
    at("pointermove", 9);
    expect(view.ranges.value).toEqual([
      [101, 102],
      [105, 107],
      [108, 110],
    ]);
    expect([model.selection.value, transport.messages]).toEqual([[105, 107], []]);
    at("pointerup", 9);
    expect(transport.messages).toEqual([{ select: { add: [108, 110] } }]);
  });

  test("that only clicks takes the range under it out", () => {
    const { transport, view, at } = brushing(several);
    at("pointerdown", 1, { metaKey: true });
    at("pointerup", 1);
    expect(transport.messages).toEqual([{ select: { remove: [101, 102] } }]);
    expect(view.pendingRange.value).toBeNull();
  });

  test("that is cancelled changes nothing", () => {
    const { view, transport, row, at } = brushing(several);
    at("pointerdown", 8, { ctrlKey: true });
    dispatch(row.ownerDocument, "keydown", { key: "Escape" });
    expect([view.ranges.value, transport.messages]).toEqual([several.selected_ranges, []]);
  });

  test("is over once Python has answered", () => {
    const { view, transport, at } = brushing(several);
    at("pointerdown", 8, { ctrlKey: true });
    at("pointerup", 8);
    expect(view.ranges.value).toHaveLength(3);
    transport.set("selected_ranges", [
      [101, 102],
      [105, 107],
      [108, 109],
      [200, 201],
    ]);
    expect([view.pendingRange.value, view.ranges.value.length]).toEqual([null, 4]);
  });
});

describe("where several ranges are selected", () => {
  const several = {
    ...{
      selection: [105, 107],
      selected_ranges: [
        [101, 102],
        [105, 107],
      ],
      _n_ranges: 2,
    },
    _selection_bounds: [104, 130],
  };

  test("a brush selects its steps alone, and given up it gives the others back", () => {
    const { view, transport, row, at } = brushing(several);
    at("pointerdown", 8);
    expect(view.ranges.value).toEqual([[108, 109]]);
    dispatch(row.ownerDocument, "keydown", { key: "Escape" });
    expect(view.ranges.value).toEqual(several.selected_ranges);
    expect(transport.messages.at(-1)).toEqual({
      select: { ranges: several.selected_ranges, current: [105, 107] },
    });
  });

  test("Shift extends the current one among the others", () => {
    const { view, transport, at } = brushing(several);
    at("pointerdown", 8, { shiftKey: true });
    expect(view.ranges.value).toEqual([
      [101, 102],
      [105, 109],
    ]);
    at("pointerup", 8);
    expect(transport.messages).toEqual([{ select: { add: [105, 109], instead: [105, 107] } }]);
  });
});

describe("held beyond an edge", () => {
  test("it scrolls along time until the pointer comes back", () => {
    const { model, at } = brushing();
    at("pointerdown", 8);
    at("pointermove", 12);
    pass(200);
    expect(model.position.value).toBe(103);
    expect(model.selection.value).toEqual([108, 113]);
    at("pointermove", 8);
    pass(200);
    expect(model.position.value).toBe(103);
  });

  test("it scrolls no further than its sequence goes", () => {
    const { model, at } = brushing({ position: 106 });
    at("pointerdown", 1);
    at("pointermove", -3);
    pass(1000);
    expect([model.position.value, model.selection.value]).toEqual([104, [104, 108]]);
  });
});
