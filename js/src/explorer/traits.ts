import { alone, asks, fromPython, orElse } from "../shared/synced";
import type { Track } from "../shared/track";
import { decodeCellAlignment } from "./cells/cell_alignment";
import type { FindHits } from "./find/hits";
import type { LabelTable } from "./matches/label_counts";
import type { LengthBar } from "./matches/length_bars";
import { decodeMatchContext } from "./matches/match_context";
import type { ThresholdCounts } from "./plot/threshold_counts";
import { decodeColumns, decodeEnvelopes } from "./time/columns";
import type { Range } from "./time/ranges";
import { decodeWindow } from "./time/window";

/** Row i is match i. */
interface MatchTable {
  start: readonly number[];
  stop: readonly number[];
  overlap: readonly number[];
  union: readonly number[];
}

/** The class in Python whose traits these are. */
export const PYTHON_CLASS = "StateExplorer";

/** The synced traits. CONTRIBUTING.md, "What travels between Python and the page", says what they mean. */
export const TRAITS = {
  layer: asks(""),
  // The default depends on the data.
  threshold: asks(null, orElse(0)),
  thresholds: fromPython<Readonly<Record<string, number>>>({}),
  selection: asks<Range | null>(null),
  off_before: asks(0),
  off_after: asks(0),
  deselected_cells: asks<readonly number[]>([]),
  added_cells: asks<readonly number[]>([]),
  position: alone(0),
  word_width: alone(30),
  height: alone(760),
  sequence: asks(0),
  value_axis: alone<"layer" | "view" | Range>("layer"),
  k: asks(50),
  min_length: asks<number | null>(null),
  length_filter: asks<number | null>(null),
  visible_tracks: alone([], orElse<readonly string[]>([])),
  folded_tracks: alone<readonly string[]>([]),
  match_tracks: alone<readonly string[]>([]),
  /** null: words have no colour. */
  color_by: alone<string | null>("overlap"),
  dim_tracks: alone(false),
  context_width: asks(6),
  match_layout: alone<"concordance" | "columns">("concordance"),
  fold_matches: alone(false),
  /** Cell number → colour. null asks Python to choose one. */
  pinned_cells: asks<Readonly<Record<string, string | null>>>({}),
  show_coverage: alone(false),
  min_run: alone(1),
  align_with: asks<readonly [track: string, label: string] | null>(null),
  selected_cells: fromPython<readonly number[]>([]),
  matches: fromPython<MatchTable>({ start: [], stop: [], overlap: [], union: [] }),
  progress: fromPython<number | null>(null),
  _activity: fromPython(""),
  error: fromPython(""),
  _n_candidates: fromPython<number | null>(null),
  _selection_bounds: fromPython<Range | null>(null),
  _note: fromPython(""),
  _threshold_counts: fromPython<ThresholdCounts | null>(null),
  _name: fromPython(""),
  /** `of`: the layer that one was made of, with thresholds of its cells' own. */
  _layers: fromPython([], orElse<readonly { name: string; cells: number; of?: string }[]>([])),
  _steps: fromPython(0),
  _n_sequences: fromPython(1),
  _sequence_starts: fromPython([], orElse<readonly number[]>([])),
  _units: fromPython(""),
  _transform: fromPython(""),
  /** Use `cellName`. */
  _cell_names: fromPython([], orElse<readonly string[]>([])),
  _misfit: fromPython(""),
  _value_range: fromPython([-1, 1], orElse<Range>([-1, 1])),
  /** The threshold that is shown as "> 0". */
  _least_above_zero: fromPython<number | null>(null),
  _threshold_step: fromPython(0.01),
  _tracks: fromPython([], orElse<readonly Track[]>([])),
  _window: fromPython(null, decodeWindow),
  _columns: fromPython(null, decodeColumns),
  _envelopes: fromPython(null, decodeEnvelopes),
  _on_rates: fromPython<readonly number[] | null>(null),
  _match_context: fromPython(null, decodeMatchContext),
  _length_histogram: fromPython<readonly LengthBar[] | null>(null),
  find_text: asks(""),
  find_match_case: asks(false),
  _find_hits: fromPython<FindHits | null>(null),
  _found_in_view: fromPython<readonly Range[]>([]),
  _find_hit: asks<number | null>(null),
  _links: fromPython(0),
  _hovered_step: alone<number | null>(null),
  _label_table: alone<string | null>(null),
  _enrichment: fromPython<LabelTable | null>(null),
  _alignment: fromPython(null, decodeCellAlignment),
  _scenario_line: fromPython(""),
  _visible_steps: alone(40),
  _stride: asks<number | null>(null),
};
