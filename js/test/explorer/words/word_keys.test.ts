import { beforeEach, describe, expect, test } from "vitest";
import type { Model } from "../../../src/explorer/model";
import type { ViewState } from "../../../src/explorer/view_state";
import { pressWordKeys } from "../../../src/explorer/words/word_keys";
import { FakeElement } from "../../shared/fake_element";
import type { FakeTransport } from "../../shared/fake_transport";
import { pageOf, sentColumns, sentWindow } from "../fixtures";

let model: Model;
let view: ViewState;
let row: FakeElement;
let transport: FakeTransport;

function begin(traits: object) {
  ({ model, view, transport } = pageOf({ position: 100, ...traits }));
  row = new FakeElement();
  pressWordKeys(row.element, model, view);
}

const press = (key: string, more: object = {}) => row.send("keydown", { key, ...more });
const extend = (key: string) => press(key, { shiftKey: true });

beforeEach(() => {
  const window = sentWindow(
    Array.from({ length: 40 }, () => [0]),
    { start: 90, sequence_starts: [104] },
  );
  begin({ _window: window });
});

describe("the cursor", () => {
  test("begins at the first word in sight, or at the end of the selection", () => {
    row.send("focus");
    expect(view.cursor.value).toBe(100);
    row.send("blur");
    expect(view.cursor.value).toBeNull();
    model.set("selection", [103, 106]);
    row.send("focus");
    expect(view.cursor.value).toBe(105);
    model.set("selection", [200, 210]);
    row.send("blur");
    row.send("focus");
    expect(view.cursor.value).toBe(109);
  });

  test("moves with the arrow keys, and the page with it", () => {
    press("ArrowRight");
    expect([view.cursor.value, model.position.value]).toEqual([101, 100]);
    for (let i = 0; i < 9; i++) press("ArrowRight");
    expect([view.cursor.value, model.position.value]).toEqual([110, 101]);
    for (let i = 0; i < 10; i++) press("ArrowLeft");
    expect([view.cursor.value, model.position.value]).toEqual([100, 100]);
  });

  test("selects its word with Enter or a space", () => {
    press("ArrowRight");
    expect(press("Enter").defaultPrevented).toBe(true);
    expect(model.selection.value).toEqual([101, 102]);
    press("ArrowRight");
    press(" ");
    expect(model.selection.value).toEqual([102, 103]);
  });

  test("takes no notice of other keys, nor of keys with Ctrl", () => {
    expect(press("b").defaultPrevented).toBe(false);
    expect(press("ArrowRight", { ctrlKey: true }).defaultPrevented).toBe(false);
  });
});

describe("where several ranges are selected", () => {
  const several = {
    selection: [103, 104],
    selected_ranges: [
      [101, 102],
      [103, 104],
    ],
    _n_ranges: 2,
  };
  const window = () =>
    sentWindow(
      Array.from({ length: 40 }, () => [0]),
      { start: 90 },
    );

  test("A adds the cursor's word, and takes it out again", () => {
    begin({ ...several, _window: window() });
    press("ArrowRight");
    press("a");
    press("a");
    expect(transport.messages).toEqual([{ select: { add: [104, 105] } }, { select: { remove: [104, 105] } }]);
  });

  test("Shift extends the current one, from key to key before Python has answered", () => {
    begin({ ...several, _window: window() });
    extend("ArrowRight");
    extend("ArrowRight");
    expect(transport.messages).toEqual([
      { select: { add: [103, 105], instead: [103, 104] } },
      { select: { add: [103, 106], instead: [103, 105] } },
    ]);
    expect(view.ranges.value).toHaveLength(2);
  });

  test("Shift elsewhere selects alone", () => {
    begin({ ...several, _window: window() });
    for (let i = 0; i < 3; i++) press("ArrowRight");
    extend("ArrowRight");
    expect([model.selection.value, view.ranges.value]).toEqual([[106, 108], [[106, 108]]]);
  });
});

describe("with Shift", () => {
  test("a selection begins at the cursor and grows both ways, within its sequence", () => {
    for (let i = 0; i < 5; i++) press("ArrowRight");
    extend("ArrowRight");
    extend("ArrowRight");
    expect(model.selection.value).toEqual([105, 108]);
    for (let i = 0; i < 5; i++) extend("ArrowLeft");
    expect([model.selection.value, view.cursor.value]).toEqual([[104, 106], 104]);
  });

  test("a selection that the cursor is in is extended from its farther end", () => {
    model.set("selection", [105, 108]);
    row.send("focus");
    extend("ArrowRight");
    expect(model.selection.value).toEqual([105, 109]);
  });

  test("a press of the pointer ends what the keys have begun", () => {
    for (let i = 0; i < 5; i++) press("ArrowRight");
    extend("ArrowRight");
    row.send("pointerdown");
    model.set("selection", null);
    extend("ArrowRight");
    expect(model.selection.value).toEqual([106, 108]);
  });
});

test("where steps share columns, keys go from column to column", () => {
  begin({ position: 0, word_width: 0.5, _columns: sentColumns({ stop: 1000 }) });
  press("ArrowRight");
  expect(view.cursor.value).toBe(2);
  press("Enter");
  expect(model.selection.value).toEqual([2, 4]);
  extend("ArrowRight");
  expect(model.selection.value).toEqual([2, 6]);
});
