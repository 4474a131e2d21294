import type { Box } from "../shared/box";
import { alone, asks, fromPython, orElse } from "../shared/synced";
import type { Track } from "../shared/track";
import { decodeOrder, decodeSequences } from "./all/sequences";
import type { Cause } from "./below/cause";
import type { SelectedSteps } from "./below/selected_steps";
import { decodeWords } from "./current/words";
import {
  decodeMatches,
  decodePointColors,
  decodePoints,
  decodeTrajectories,
  type MapFacts,
  type Neighbours,
} from "./map/points";

/** The class in Python whose traits these are. */
export const PYTHON_CLASS = "SequenceExplorer";

/** Conditions on the sequences that are shown; `SequenceExplorer.filters` says which there are. */
export type Filters = Readonly<Record<string, unknown>>;

/** How all jumps are spread: quantiles at 0, 0.01, … 1. */
export interface JumpSpread {
  quantiles: readonly number[];
  largest: number | null;
  count: number;
}

/** The synced traits. CONTRIBUTING.md, "What travels between Python and the page", says what they mean. */
export const TRAITS = {
  layer: asks(""),
  sequence: asks(0),
  pinned_sequences: asks<readonly number[]>([]),
  position: asks(0),
  selection: alone<readonly [number, number] | null>(null),
  selected_steps: asks(""),
  jump: asks<number | null>(null),
  method: asks("pca"),
  metric: asks("euclidean"),
  // The default depends on the data.
  jump_threshold: alone<number>(null, orElse(0)),
  color_by: asks("expected"),
  sort_by: asks("sequence"),
  filters: asks<Filters>({}),
  align_at: alone("start"),
  line_color: alone("expected"),
  line_thickness: alone("constant"),
  line_width: alone(2),
  point_size: alone(4),
  shown_points: alone("all"),
  fade: alone("none"),
  point_labels: alone("none"),
  confidence_change: alone<number>(null, orElse(0.3)),
  height: alone(720),
  view: alone<Box | null>(null),
  progress: fromPython<number | null>(null),
  error: fromPython(""),
  _hovered_step: alone<number | null>(null),
  _near: asks<number | null>(null),
  _name: fromPython(""),
  _layers: fromPython<readonly { name: string; cells: number }[]>([]),
  _steps: fromPython(0),
  _tracks: fromPython<readonly Track[]>([]),
  _output: fromPython<Track | null>(null),
  _sequences: fromPython(null, decodeSequences),
  _order: fromPython(null, decodeOrder),
  _words: fromPython(null, decodeWords),
  _points: fromPython(null, decodePoints),
  _point_colors: fromPython(null, decodePointColors),
  _map: fromPython<MapFacts | null>(null),
  _trajectories: fromPython([], decodeTrajectories),
  _jumps: fromPython<JumpSpread | null>(null),
  _neighbours: fromPython<Neighbours | null>(null),
  _matches: fromPython(null, decodeMatches),
  _selected: fromPython<SelectedSteps | null>(null),
  _cause: fromPython<Cause | null>(null),
  _activity: fromPython(""),
  _note: fromPython(""),
  _scenario_line: fromPython(""),
  _links: fromPython(0),
};
