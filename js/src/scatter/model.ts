import { type ReadonlySignal, type Signal, signal } from "@preact/signals-core";
import type { Box } from "./box";
import { decodePoints, type Points, type SentPoints } from "./points";

/** The synced traits of `PhraseScatter`, with what stands in until Python has sent them. */
const DEFAULTS = {
  picked: null as number | null,
  selected: [] as readonly number[],
  hidden_labels: [] as readonly string[],
  view: null as Box | null,
  error: "",
  _lit: [] as readonly number[],
  _linked: false,
};

type Traits = typeof DEFAULTS;
type Name = keyof Traits;

/** What is used of anywidget's model. */
interface Transport {
  // biome-ignore lint/suspicious/noExplicitAny: any value.
  get(name: string): any;
  set(name: string, value: unknown): void;
  save_changes(): void;
  send(content: unknown): void;
  on(event: string, callback: () => void): void;
  off(event: string, callback: () => void): void;
}

export interface Model extends Readonly<{ [N in Name]: ReadonlySignal<Traits[N]> }> {
  readonly points: ReadonlySignal<Points>;
  set<N extends Name>(name: N, value: Traits[N]): void;
  /** The end of a gesture: a message repeats what it has set, as updates of traits may be held back. */
  settle(): void;
  dispose(): void;
}

export function createModel(transport: Transport): Model {
  const receive = (name: Name) => transport.get(name) ?? DEFAULTS[name];
  const names = Object.keys(DEFAULTS) as Name[];
  const signals = Object.fromEntries(names.map((name) => [name, signal<unknown>(receive(name))]));
  const points = signal(decodePoints(transport.get("_points") as SentPoints | null));
  const unsettled = new Set<Name>();
  const listeners: [string, () => void][] = [
    ["change:_points", () => (points.value = decodePoints(transport.get("_points") as SentPoints | null))],
    ...names.map((name): [string, () => void] => [
      `change:${name}`,
      () => assign(signals[name] as Signal, receive(name)),
    ]),
  ];
  for (const [event, callback] of listeners) transport.on(event, callback);
  return {
    ...(signals as unknown as { [N in Name]: ReadonlySignal<Traits[N]> }),
    points,
    set(name, value) {
      const target = signals[name] as Signal;
      if (same(target.peek(), value)) return;
      target.value = value;
      unsettled.add(name);
      transport.set(name, value);
      transport.save_changes();
    },
    settle() {
      if (unsettled.size === 0) return;
      const values = [...unsettled].map((name) => [name, signals[name]?.peek()]);
      unsettled.clear();
      transport.send({ settle: Object.fromEntries(values) });
    },
    dispose() {
      for (const [event, callback] of listeners) transport.off(event, callback);
    },
  };
}

function assign(target: Signal, value: unknown): void {
  if (!same(target.peek(), value)) target.value = value;
}

function same(a: unknown, b: unknown): boolean {
  return Object.is(a, b) || JSON.stringify(a) === JSON.stringify(b);
}
