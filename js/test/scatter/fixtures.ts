import { createModel } from "../../src/scatter/model";
import { createViewState } from "../../src/scatter/view_state";
import { FakeTransport } from "../shared/fake_transport";

/**
 * Seven phrases, of which 1 and 6 share a place:
 *
 *     2 .   . . .   . 3
 *     . .   . 5 .   . .
 *     0 .   . 1 .   . 4
 */
const COORDINATES = Float32Array.of(0, 0, 10, 0, 0, 10, 20, 10, 20, 0, 10, 5, 10, 0);

/** A plot of 220 × 220 pixels: a unit is ten pixels along x and twenty along y. */
export function plotOf(traits: object = {}) {
  const transport = new FakeTransport({
    _points: {
      coordinates: COORDINATES,
      ranges: Int32Array.of(5, 8, 10, 11, 20, 22, 30, 31, 1000, 1002, 50, 51, 60, 61),
      codes: Int32Array.of(0, 1, 0, 0, 1, 2, 0),
      labels: ["NOUN", "VERB", "DET"],
      words: ["a little bottle", "cat", "the end", "x", "y", "z", "so"],
      axes: ["PC 1", "PC 2"],
    },
    view: [-1, 21, -0.5, 10.5],
    ...traits,
  });
  const model = createModel(transport);
  const view = createViewState(model);
  view.width.value = view.height.value = 220;
  return { model, view, transport };
}
