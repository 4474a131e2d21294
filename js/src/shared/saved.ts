import type { Transport } from "./transport";

/** Values of a window in 16 bits each: `low + code · step`, with special codes for values that are not finite. */
interface Coded {
  codes: DataView;
  low: number;
  step: number;
}

const NOT_FINITE = new Map([
  [65_533, Number.POSITIVE_INFINITY],
  [65_534, Number.NEGATIVE_INFINITY],
  [65_535, Number.NaN],
]);

/** Stand in for a notebook's model where there is no Python. It keeps what the page sets. */
export function savedTransport(text: string): Transport {
  const values = new Map(Object.entries(JSON.parse(text, revive) as Record<string, unknown>));
  return {
    live: false,
    get: (name) => values.get(name),
    set: (name, value) => {
      values.set(name, value);
    },
    save_changes() {},
    send() {},
    on() {},
    off() {},
  };
}

function revive(_: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const keys = Object.keys(value);
  if ("base64" in value && keys.length === 1) return fromBase64(String(value.base64));
  if ("codes" in value && "low" in value && "step" in value) return value;
  return "values" in value && "dtype" in value
    ? withNumbers(value as { values: unknown; dtype: string })
    : value;
}

function fromBase64(text: string): DataView {
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
  return new DataView(bytes.buffer);
}

function withNumbers<W extends { values: unknown; dtype: string }>(window: W): W {
  const { codes, low, step } = window.values as Partial<Coded>;
  if (!codes || low === undefined || step === undefined) return window;
  const count = codes.byteLength / 2;
  const values = window.dtype === "float64" ? new Float64Array(count) : new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const code = codes.getUint16(2 * i, true);
    values[i] = NOT_FINITE.get(code) ?? low + code * step;
  }
  return { ...window, values: new DataView(values.buffer) };
}
