import { createModel, type Model } from "../../src/explorer/model";
import type { SentColumns, SentEnvelopes } from "../../src/explorer/time/columns";
import type { SentWindow } from "../../src/explorer/time/window";
import { createViewState, type ViewState } from "../../src/explorer/view_state";
import type { Track } from "../../src/shared/track";
import { FakeTransport } from "../shared/fake_transport";

export const bytes = (numbers: Float32Array | Float64Array | Int32Array | Uint8Array) =>
  new DataView(numbers.buffer);
export const floats = (...numbers: number[]) => bytes(Float32Array.from(numbers));

/** States as Python sends them: a list for each step, with a value for each cell. */
export function sentWindow(steps: readonly number[][], changes: Partial<SentWindow> = {}): SentWindow {
  const start = changes.start ?? 0;
  return {
    layer: "a",
    start,
    stop: start + steps.length,
    cells: steps[0]?.length ?? 0,
    dtype: "float64",
    precision: "float64",
    values: bytes(Float64Array.from(steps.flat())),
    words: steps.map((_, i) => `w${start + i}`),
    tracks: {},
    sequence_starts: [],
    ...changes,
  };
}

/** Two columns of two steps, with two cells. */
export function sentEnvelopes(changes: Partial<SentEnvelopes> = {}): SentEnvelopes {
  return {
    ...{ layer: "a", stride: 2, start: 0, stop: 4, cells: [3, 7], dtype: "float32", selected: 2 },
    low: floats(0, 0.5, -1, 0.5),
    high: floats(0.25, 0.75, 1, 0.5),
    on: floats(0.5, 2),
    ...{ shares: null, threshold: null },
    ...changes,
  };
}

/** Two columns of two steps. */
export function sentColumns(changes: Partial<SentColumns> = {}): SentColumns {
  return {
    ...{ layer: "a", stride: 2, start: 0, stop: 4, words: null, tracks: {} },
    lowest: bytes(Float64Array.of(-1, -0.5)),
    highest: bytes(Float64Array.of(1, 0.5)),
    density: bytes(Uint8Array.of(0, 255, 255, 0)),
    density_range: [-1, 1],
    sequence_starts: bytes(Int32Array.of()),
    ...changes,
  };
}

export const POS: Track = { name: "pos", kind: "categorical", labels: ["NOUN", "DET"], counts: [7, 3] };
export const PROBABILITY: Track = { name: "p", kind: "continuous", range: [0, 1] };
export const QUOTED: Track = { name: "quoted", kind: "continuous", range: [0, 1], binary: true };
export const NEXT: Track = { name: "next", kind: "top-k", k: 2, range: [0, 1] };

/**
 * A page with the layer "a" of 1000 steps and two cells. Ten words of 30 pixels are in sight. Without Python if
 * `live` is false.
 */
export function pageOf(
  traits: object = {},
  { live = true, width = 58 + 300 } = {},
): { model: Model; view: ViewState; transport: FakeTransport } {
  const transport = Object.assign(
    new FakeTransport({ layer: "a", _layers: [{ name: "a", cells: 2 }], _steps: 1000, ...traits }),
    { live },
  );
  const model = createModel(transport);
  const view = createViewState(model);
  view.width.value = width;
  view.listWidth.value = width;
  return { model, view, transport };
}
