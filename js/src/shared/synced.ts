import { type ReadonlySignal, type Signal, signal } from "@preact/signals-core";
import { watchKernel } from "./kernel";
import type { Transport } from "./transport";

/**
 * Whether the page sets a trait. "alone": yes, and it needs no Python to show the effect. "asks": yes, and Python has
 * to compute the effect. null: only Python sets it.
 */
type PageSets = "alone" | "asks" | null;

// biome-ignore lint/suspicious/noExplicitAny: each trait knows what it is sent.
type Read<T> = (sent: any, before: NoInfer<T> | null) => T;

/** A synced trait in a widget's table of traits. */
interface Trait<T, P extends PageSets = PageSets> {
  /** Used until Python has sent a value. The same as in Python. */
  readonly default: unknown;
  readonly page: P;
  /** Turn a value that was sent into the one that the page works with. `before` is the previous one. */
  readonly read: Read<T>;
}

interface Declare<P extends PageSets> {
  <T>(initial: T): Trait<T, P>;
  <T>(initial: unknown, read: Read<T>): Trait<T, P>;
}

function declare<P extends PageSets>(page: P): Declare<P> {
  return <T>(initial: unknown, read: Read<T> = (sent) => sent) => ({ default: initial, page, read });
}

/** Declare a trait by its default. `fromPython` is for traits that only Python sets. */
export const alone = declare("alone");
export const asks = declare("asks");
export const fromPython = declare(null);

/** Read null as `value`. Python sends null for what it does not have yet. */
export function orElse<T>(value: T): Read<T> {
  return (sent) => sent ?? value;
}

// biome-ignore lint/suspicious/noExplicitAny: values of any type.
export type Table = Readonly<Record<string, Trait<any>>>;
export type Value<Entry> = Entry extends Trait<infer T> ? T : never;
export type Signals<T extends Table> = { readonly [N in keyof T]: ReadonlySignal<Value<T[N]>> };
/** Names of the traits that the page sets. */
type Settable<T extends Table> = {
  [N in keyof T]: T[N]["page"] extends null ? never : N;
}[keyof T] &
  string;

/** What a view can do with the synced traits of its widget. */
export interface Synced<T extends Table> {
  readonly traits: Signals<T>;
  /** Whether Python answers. If not, traits that need it to compute ("asks") cannot be set. */
  readonly live: ReadonlySignal<boolean>;
  /** Set a trait, so that it is drawn at once, and send it to Python. */
  set<N extends Settable<T>>(name: N, value: Value<T[N]>): void;
  /** Hold a trait, as during a drag: values that arrive for it wait. Returns a function that releases it. */
  hold(name: Settable<T>): () => void;
  /**
   * End a gesture. Jupyter has only one update of traits on its way at a time and holds back the next, so a cell that
   * is run right after a gesture could overtake it. Messages are not held back, so one repeats what the gesture has
   * set.
   */
  settle(): void;
  send(message: unknown): void;
  dispose(): void;
}

/** Keep the traits of `table` in step with Python. `probe` names a trait for `watchKernel`. */
export function createSynced<T extends Table>(
  transport: Transport,
  table: T,
  probe: Settable<T> | null = null,
): Synced<T> {
  const names = Object.keys(table);
  const read = (name: string, before: unknown = null) => {
    const trait = table[name] as T[string];
    const sent = transport.get(name);
    return trait.read(sent === undefined ? trait.default : sent, before);
  };
  const signals = Object.fromEntries(names.map((name) => [name, signal<unknown>(read(name))]));
  const signalOf = (name: string) => signals[name] as Signal<unknown>;
  const { live, dispose: stopWatching } = watchKernel(transport, probe);
  const held = new Map<string, { changed: boolean }>();
  const unsettled = new Set<string>();

  let receiving = 0;
  const reactions = new Set<string>();

  const receive = (name: string) => {
    receiving++;
    try {
      assign(signalOf(name), read(name, signalOf(name).peek()));
    } finally {
      receiving--;
    }
  };
  const listeners = names.map((name) => {
    const callback = () => {
      if (!held.has(name)) receive(name);
    };
    transport.on(`change:${name}`, callback);
    return () => transport.off(`change:${name}`, callback);
  });
  const react = () => {
    const names = [...reactions];
    reactions.clear();
    for (const name of names) send(name);
  };
  const send = (name: string) => {
    // Jupyter drops a change back to the old value that is made while it reports the new one. So what the page sets
    // because of a value that arrives waits until that is done.
    if (receiving > 0) {
      if (reactions.size === 0) queueMicrotask(react);
      reactions.add(name);
      return;
    }
    const value = signalOf(name).peek();
    if (isEqual(transport.get(name), value)) return;
    unsettled.add(name);
    transport.set(name, value);
    transport.save_changes();
  };

  return {
    traits: signals as Signals<T>,
    live,
    set(name, value) {
      if (!live.peek() && table[name]?.page === "asks") return;
      const hold = held.get(name);
      if (hold) hold.changed = true;
      assign(signalOf(name), value);
      send(name);
    },
    hold(name) {
      const hold = { changed: false };
      held.set(name, hold);
      return () => {
        if (held.get(name) !== hold) return;
        held.delete(name);
        // What arrived during the drag may be older than its end, so the gesture wins. If Python refuses the value,
        // it puts the old one back after this.
        if (hold.changed) send(name);
        else receive(name);
      };
    },
    settle() {
      // No cell of the notebook reads traits that are for the page only. They go along, as they were set before others:
      // the hit that is shown, which is that of a search, must not arrive after the next search.
      if ([...unsettled].every((name) => name.startsWith("_"))) return;
      const values = [...unsettled].map((name) => [name, signalOf(name).peek()]);
      unsettled.clear();
      transport.send({ settle: Object.fromEntries(values) });
    },
    send: (message) => transport.send(message),
    dispose() {
      stopWatching();
      for (const stop of listeners) stop();
    },
  };
}

/** An equal value is no change, so that nothing is drawn again. */
function assign(target: Signal<unknown>, value: unknown): void {
  if (!isEqual(target.peek(), value)) target.value = value;
}

/** Lists are equal if their items are. Other objects are equal only to themselves. */
function isEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
  return a.every((item, i) => isEqual(item, b[i]));
}
