import { formatCount, formatValue } from "../../shared/text";
import { type Columns, columnAround, columnOf, type Envelopes, type TrackColumns } from "../time/columns";
import type { Track } from "../tracks/track";
import { valueText } from "../tracks/track_colors";

/** The steps that share a column with a step: "steps 12,000–12,015", or "step 12,003". */
export function stepsText(step: number, stride: number, steps: number): string {
  const [start, end] = columnAround(step, stride);
  const last = Math.min(end, steps) - 1;
  return last <= start ? `step ${formatCount(start)}` : `steps ${formatCount(start)}–${formatCount(last)}`;
}

/** The least and greatest value of a cell in the column of a step. */
export function envelopeText(envelopes: Envelopes, cell: number, step: number): string | null {
  const column = columnOf(envelopes, step);
  const place = envelopes.cells.indexOf(cell);
  if (column < 0 || place < 0) return null;
  const low = formatValue(envelopes.low[column * envelopes.cells.length + place] as number);
  const high = formatValue(envelopes.high[column * envelopes.cells.length + place] as number);
  return low === high ? low : `${low} to ${high}`;
}

/** How many selected cells are on in the column of a step. */
export function onText(envelopes: Envelopes, step: number): string | null {
  const on = envelopes.on?.[columnOf(envelopes, step)];
  if (on === undefined || envelopes.selected === 0) return null;
  if (envelopes.stride === 1) return `${on} of ${envelopes.selected} selected cells on`;
  return `${on.toFixed(1)} of ${envelopes.selected} selected cells on, on average`;
}

/** The readout's text for a track in the column of a step. */
export function trackText(track: Track, columns: Columns, shown: TrackColumns, step: number): string | null {
  const column = columnOf(columns, step);
  if (column < 0) return null;
  if (shown.kind === "categorical") return valueText(track, shown.codes[column]);
  if (shown.kind === "continuous") return valueText(track, shown.values[column]);
  const score = shown.scores[column] as number;
  return Number.isNaN(score) ? null : `${track.name} ${formatValue(score)}`;
}
