import { effect } from "@preact/signals-core";
import { beforeEach, describe, expect, test } from "vitest";
import { alone, asks, createSynced, fromPython, orElse, type Synced } from "../../src/shared/synced";
import { FakeTransport } from "./fake_transport";

const TABLE = {
  height: asks(2),
  range: asks<readonly number[] | null>(null),
  color: alone<string | null>("red"),
  _seen: alone(40),
  names: fromPython(null, orElse<readonly string[]>([])),
  total: fromPython(0),
  doubled: fromPython(null, (sent: number | null, before: number | null) => (sent ?? before ?? 0) * 2),
};

let transport: FakeTransport;
let synced: Synced<typeof TABLE>;

beforeEach(() => {
  transport = new FakeTransport({ height: 3, range: null });
  synced = createSynced(transport, TABLE);
});

describe("a trait", () => {
  test("has its default until Python has sent a value", () => {
    expect([synced.traits.height.value, synced.traits._seen.value]).toEqual([3, 40]);
    transport.set("total", 7);
    expect(synced.traits.total.value).toBe(7);
  });

  test("is null where Python says so, and not its default", () => {
    transport.set("color", null);
    expect(synced.traits.color.value).toBeNull();
    expect(createSynced(new FakeTransport({ color: null }), TABLE).traits.color.value).toBeNull();
  });

  test("reads null as an empty list where the page needs a list", () => {
    expect(createSynced(new FakeTransport({ names: null }), TABLE).traits.names.value).toEqual([]);
    transport.set("names", ["a"]);
    transport.set("names", null);
    expect(synced.traits.names.value).toEqual([]);
  });

  test("is read from what was sent, and from its value before", () => {
    transport.set("doubled", 5);
    expect(synced.traits.doubled.value).toBe(10);
    transport.set("doubled", null);
    expect(synced.traits.doubled.value).toBe(20);
  });

  test("does not change where an equal value arrives, lists within lists included", () => {
    const fake = new FakeTransport({ ranges: [[1, 2]] });
    const { traits } = createSynced(fake, { ranges: fromPython<number[][]>([]) });
    let seen = 0;
    const stop = effect(() => {
      traits.ranges.value;
      seen++;
    });
    fake.set("ranges", [[1, 2]]);
    expect(seen).toBe(1);
    fake.set("ranges", [[1, 3]]);
    expect(seen).toBe(2);
    stop();
  });
});

describe("what a gesture sets", () => {
  test("is seen at once and sent once", () => {
    synced.set("range", [3, 5]);
    expect(synced.traits.range.value).toEqual([3, 5]);
    expect(transport.values.range).toEqual([3, 5]);
    synced.set("range", [3, 5]);
    expect(transport.saves).toBe(1);
  });

  test("is repeated at its end, once, in a message of its own", () => {
    synced.set("range", [3, 5]);
    synced.set("range", [3, 8]);
    synced.settle();
    synced.settle();
    expect(transport.messages).toEqual([{ settle: { range: [3, 8] } }]);
  });

  test("goes after what was set before for the page only, which isn't repeated for its own sake", () => {
    synced.set("_seen", 30);
    synced.settle();
    expect(transport.messages).toEqual([]);
    synced.set("range", [3, 5]);
    synced.settle();
    const [{ settle }] = transport.messages as [{ settle: object }];
    expect(Object.entries(settle)).toEqual([
      ["_seen", 30],
      ["range", [3, 5]],
    ]);
  });

  test("because of a value that arrives is sent once that has been told, as Jupyter would drop it before", async () => {
    const stop = effect(() => {
      if (synced.traits.height.value > 4) synced.set("height", 4);
    });
    transport.set("height", 9);
    expect([synced.traits.height.value, transport.values.height, transport.saves]).toEqual([4, 9, 0]);
    await Promise.resolve();
    expect([transport.values.height, transport.saves]).toEqual([4, 1]);
    stop();
  });

  test("gives way to a value that Python puts back", () => {
    synced.set("height", 5);
    transport.set("height", 3);
    expect(synced.traits.height.value).toBe(3);
  });
});

describe("while a trait is held", () => {
  test("values that arrive for it wait, and the end of the drag has the last word", () => {
    const release = synced.hold("height");
    synced.set("height", 5);
    synced.set("height", 6);
    transport.set("height", 5);
    expect(synced.traits.height.value).toBe(6);
    release();
    expect([synced.traits.height.value, transport.values.height]).toEqual([6, 6]);
  });

  test("values that arrive for another are seen", () => {
    const release = synced.hold("range");
    transport.set("height", 7);
    expect(synced.traits.height.value).toBe(7);
    release();
  });

  test("a drag that set nothing gives way to what arrived", () => {
    const release = synced.hold("height");
    transport.set("height", 7);
    expect(synced.traits.height.value).toBe(3);
    release();
    expect([synced.traits.height.value, transport.saves]).toEqual([7, 0]);
  });

  test("the release of a drag that another has followed does nothing", () => {
    const first = synced.hold("height");
    const second = synced.hold("height");
    first();
    transport.set("height", 7);
    expect(synced.traits.height.value).toBe(3);
    second();
    expect(synced.traits.height.value).toBe(7);
  });
});

test("without Python only what the page shows by itself can be set", () => {
  const saved = createSynced(Object.assign(new FakeTransport(), { live: false }), TABLE);
  expect(saved.live.value).toBe(false);
  saved.set("height", 9);
  saved.set("color", "blue");
  expect([saved.traits.height.value, saved.traits.color.value]).toEqual([2, "blue"]);
});

test("nothing listens any more once the view is gone", () => {
  synced.dispose();
  for (const callbacks of transport.listeners.values()) expect(callbacks.size).toBe(0);
});
