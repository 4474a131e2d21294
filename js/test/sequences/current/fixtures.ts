import { createModel } from "../../../src/sequences/model";
import { createViewState } from "../../../src/sequences/view_state";
import { FakeTransport } from "../../shared/fake_transport";

const WORDS = ["our", "people", "at", "war", "."];

/** Three sequences, of which the second, steps 10…14, is the current one. Its third step says another class. */
export function currentPage(traits: object = {}) {
  const transport = new FakeTransport({
    _output: {
      name: "era",
      kind: "output",
      labels: ["old", "new"],
      counts: [9, 6],
      unexpected: [],
      classes: 2,
    },
    _sequences: { bounds: Int32Array.of(0, 10, 15, 20), texts: ["", "", ""] },
    _order: Int32Array.of(0, 1, 2),
    _steps: 20,
    _words: {
      ...{ sequence: 1, first: 10, end: 15, start: 10, stop: 15, words: WORDS },
      distances: Float32Array.of(0.5, 0.25, 2, 0.5, Number.NaN),
      codes: Int32Array.of(0, 0, 1, 1, 1),
      confidence: Float32Array.of(0.75, 0.5, 0.5, 1, 0.75),
      probabilities: Float32Array.of(0.75, 0.25, 0.5, 0.5, 0.5, 0.5, 0, 1, 0.25, 0.75),
    },
    sequence: 1,
    position: 12,
    ...traits,
  });
  const model = createModel(transport);
  return { model, view: createViewState(model), transport };
}
