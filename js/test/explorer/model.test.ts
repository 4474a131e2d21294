import { beforeEach, describe, expect, test } from "vitest";
import { createModel, type Model } from "../../src/explorer/model";

/** anywidget's model, without a kernel behind it. */
class FakeTransport {
  values: Record<string, unknown>;
  saves = 0;
  listeners = new Map<string, Set<() => void>>();
  constructor(values: Record<string, unknown>) {
    this.values = values;
  }
  get(name: string) {
    return this.values[name];
  }
  set(name: string, value: unknown) {
    this.values[name] = value;
    for (const callback of this.listeners.get(`change:${name}`) ?? []) callback();
  }
  save_changes() {
    this.saves++;
  }
  messages: unknown[] = [];
  send(content: unknown) {
    this.messages.push(content);
  }
  on(event: string, callback: () => void) {
    this.listeners.set(event, (this.listeners.get(event) ?? new Set()).add(callback));
  }
  off(event: string, callback: () => void) {
    this.listeners.get(event)?.delete(callback);
  }
}

let transport: FakeTransport;
let model: Model;

beforeEach(() => {
  transport = new FakeTransport({ threshold: 0.3, selection: null });
  model = createModel(transport);
});

test("a gesture is seen at once and sent once", () => {
  model.set("selection", [3, 5]);
  expect(model.selection.value).toEqual([3, 5]);
  expect(transport.values.selection).toEqual([3, 5]);
  model.set("selection", [3, 5]);
  expect(transport.saves).toBe(1);
});

test("a value from Python is seen", () => {
  transport.set("threshold", 0.7);
  expect(model.threshold.value).toBe(0.7);
});

test("what was saved while something was computed is not computed any more where there is no Python", () => {
  transport.set("progress", 0.4);
  expect(model.running.value).toBe(0.4);
  const saved = createModel(Object.assign(new FakeTransport({ progress: 0.4 }), { live: false }));
  expect([saved.live.value, saved.running.value]).toEqual([false, null]);
});

test("the end of a gesture repeats what it has set, once, in a message of its own", () => {
  model.set("selection", [3, 5]);
  model.set("selection", [3, 8]);
  model.set("_visible_steps", 30);
  model.settle();
  model.settle();
  expect(transport.messages).toEqual([{ settle: { selection: [3, 8] } }]);
});

test("what is still unsettled is settled before Python is asked to undo", () => {
  model.set("selection", [3, 5]);
  model.moveInHistory("undo");
  model.moveInHistory("redo");
  expect(transport.messages).toEqual([{ settle: { selection: [3, 5] } }, { undo: true }, { redo: true }]);
});

test("Python is asked to give up what it computes", () => {
  model.cancel();
  expect(transport.messages).toEqual([{ cancel: true }]);
});

describe("while a trait is dragged", () => {
  test("values that arrive for it wait, and the end of the drag has the last word", () => {
    const release = model.hold("threshold");
    model.set("threshold", 0.5);
    model.set("threshold", 0.6);
    transport.set("threshold", 0.5);
    expect(model.threshold.value).toBe(0.6);
    release();
    expect(model.threshold.value).toBe(0.6);
    expect(transport.values.threshold).toBe(0.6);
  });

  test("values that arrive for another are seen", () => {
    const release = model.hold("selection");
    transport.set("threshold", 0.7);
    expect(model.threshold.value).toBe(0.7);
    release();
  });

  test("a drag that set nothing gives way to what arrived", () => {
    const release = model.hold("threshold");
    transport.set("threshold", 0.7);
    release();
    expect(model.threshold.value).toBe(0.7);
    expect(transport.saves).toBe(0);
  });
});

test("a value that Python refuses and puts back after the gesture is seen", () => {
  model.set("threshold", 5);
  transport.set("threshold", 0.3);
  expect(model.threshold.value).toBe(0.3);
});

test("nothing listens any more once the view is gone", () => {
  model.dispose();
  for (const callbacks of transport.listeners.values()) expect(callbacks.size).toBe(0);
});
