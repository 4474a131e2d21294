import { createMapState } from "../../../src/sequences/map/map_state";
import { createModel } from "../../../src/sequences/model";
import { createViewState } from "../../../src/sequences/view_state";
import { FakeTransport } from "../../shared/fake_transport";

/**
 * Ten steps in three sequences, [0, 4), [4, 5) and [5, 10), on a map where step t is at (t, 0), but for
 * step 7, which is nowhere.
 */
export const COORDINATES = Float32Array.from({ length: 20 }, (_, i) =>
  i === 14 || i === 15 ? Number.NaN : i % 2 === 0 ? i / 2 : 0,
);

export const BOUNDS = Int32Array.of(0, 4, 5, 10);

export function mapOf(traits: object = {}) {
  const transport = new FakeTransport({
    _steps: 10,
    _sequences: { bounds: BOUNDS, texts: ["a", "b", "c"] },
    _order: Int32Array.of(0, 1, 2),
    _points: { count: 10, coordinates: COORDINATES, steps: null },
    view: [-1, 11, -6, 6],
    ...traits,
  });
  const model = createModel(transport);
  const view = createViewState(model);
  const state = createMapState(model);
  // A unit is ten pixels; step t is at (10 + 10t, 60).
  state.width.value = state.height.value = 120;
  return { model, view, state, transport };
}
