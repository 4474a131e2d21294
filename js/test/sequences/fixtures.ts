import { createModel, type Model } from "../../src/sequences/model";
import { createViewState, type ViewState } from "../../src/sequences/view_state";
import type { Track } from "../../src/shared/track";
import { FakeTransport } from "../shared/fake_transport";

const bytes = (numbers: Float32Array | Int32Array) => new DataView(numbers.buffer);
export const ints = (...numbers: number[]) => bytes(Int32Array.from(numbers));
export const floats = (...numbers: number[]) => bytes(Float32Array.from(numbers));

export const OUTPUT: Track = {
  ...{ name: "period", kind: "output", labels: ["early", "late"], counts: [7, 5], unexpected: ["never"] },
  ...{ classes: 3, rows: [0, 1, 2], targets: true },
};

/** Five sequences of 2, 3, 1, 4 and 2 steps: three right, one wrong, one without a true class. */
export function sentSequences(changes: object = {}) {
  return {
    bounds: ints(0, 2, 5, 6, 10, 12),
    texts: ["a b", "c d e", "f", "g h i j", "k l"],
    target: ints(0, 0, 1, 0, -1),
    prediction: ints(0, 0, 1, 1, 1),
    confidence: floats(0.5, 0.75, 1, 0.25, 0.5),
    settled: ints(1, 2, 5, 9, 10),
    changes: ints(1, 0, 0, 3, 0),
    largest_jump: floats(0.5, 2, Number.NaN, 1.5, 0.25),
    largest_jump_at: ints(0, 3, -1, 8, 10),
    ...changes,
  };
}

/** A page with these five sequences, all of which are shown. Without Python if `live` is false. */
export function pageOf(
  traits: object = {},
  { live = true } = {},
): { model: Model; view: ViewState; transport: FakeTransport } {
  const transport = Object.assign(
    new FakeTransport({
      ...{ layer: "a", _layers: [{ name: "a", cells: 8 }], _steps: 12, _name: "addresses" },
      ...{ _output: OUTPUT, _sequences: sentSequences(), _order: ints(0, 1, 2, 3, 4) },
      ...traits,
    }),
    { live },
  );
  const model = createModel(transport);
  return { model, view: createViewState(model), transport };
}
