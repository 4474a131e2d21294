import { expect, test } from "vitest";
import { createModel } from "../../src/explorer/model";
import { FakeTransport } from "../shared/fake_transport";

test("what was saved while something was computed is not computed any more where there is no Python", () => {
  const transport = new FakeTransport();
  const model = createModel(transport);
  transport.set("progress", 0.4);
  expect(model.running.value).toBe(0.4);
  const saved = createModel(Object.assign(new FakeTransport({ progress: 0.4 }), { live: false }));
  expect([saved.live.value, saved.running.value]).toEqual([false, null]);
});

test("what is still unsettled is settled before Python is asked to undo, or to take cells", () => {
  const transport = new FakeTransport();
  const model = createModel(transport);
  model.set("selection", [3, 5]);
  model.moveInHistory("undo");
  model.moveInHistory("redo");
  expect(transport.messages).toEqual([{ settle: { selection: [3, 5] } }, { undo: true }, { redo: true }]);
  model.set("selection", [4, 5]);
  model.takeCells([1, 2]);
  expect(transport.messages.slice(3)).toEqual([{ settle: { selection: [4, 5] } }, { take_cells: [1, 2] }]);
});

test("nothing is undone where there is no Python", () => {
  const transport = Object.assign(new FakeTransport(), { live: false });
  createModel(transport).moveInHistory("undo");
  expect(transport.messages).toEqual([]);
});

test("Python is asked to give up what it computes, and to compare with chance", () => {
  const transport = new FakeTransport();
  const model = createModel(transport);
  model.cancel();
  model.compareWithChance();
  expect(transport.messages).toEqual([{ cancel: true }, { against_chance: true }]);
});

test("a notebook that was saved before its explorer was complete is shown empty", () => {
  const names = [
    "_layers",
    "_tracks",
    "_sequence_starts",
    "_value_range",
    "_match_context",
    "visible_tracks",
  ];
  const model = createModel(new FakeTransport(Object.fromEntries(names.map((name) => [name, null]))));
  expect([model._layers.value, model._tracks.value, model._sequence_starts.value]).toEqual([[], [], []]);
  expect([model._value_range.value, model.visible_tracks.value]).toEqual([[-1, 1], []]);
  expect(model._match_context.value.before.length).toBe(0);
});
