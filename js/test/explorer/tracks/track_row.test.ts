import { describe, expect, test } from "vitest";
import { lightOf } from "../../../src/explorer/tracks/track_row";
import { pageOf, sentColumns, sentEnvelopes, sentWindow } from "../fixtures";

describe("tracks that are dimmed", () => {
  const states = sentWindow([
    [1, 1],
    [1, 0],
    [0, 0],
  ]);
  const traits = { threshold: 0.5, selected_cells: [0, 1], _window: states };

  test("keep their colours where all selected cells are on, and hardly any where none is", () => {
    const { model, view } = pageOf({ ...traits, dim_tracks: true });
    const light = lightOf(model, view);
    expect(light(0)).toBe(1);
    expect(light(1)).toBeGreaterThan(light(2));
    expect(light(2)).toBe(0.12);
  });

  test("do so in columns as well", () => {
    const columns = { _columns: sentColumns(), _envelopes: sentEnvelopes(), word_width: 0.5 };
    const { model, view } = pageOf({ ...traits, ...columns, dim_tracks: true });
    const light = lightOf(model, view);
    expect([light(2), light(3)]).toEqual([1, 1]);
    expect(light(0)).toBeLessThan(0.5);
  });

  test("are not, unless so chosen", () => {
    const { model, view } = pageOf(traits);
    expect(lightOf(model, view)(2)).toBe(1);
  });
});
