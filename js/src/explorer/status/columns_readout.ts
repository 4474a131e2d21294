import { formatCount, formatShare, formatValue } from "../../shared/text";
import { hasLabels, type Track } from "../../shared/track";
import {
  type Columns,
  columnAround,
  columnOf,
  type Envelopes,
  sequencesAt,
  stepsOfColumn,
  type TrackColumns,
} from "../time/columns";
import { valueText } from "../tracks/track_colors";

/** Characters of a label among others. */
const LONGEST_LABEL = 16;

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

/** The sequences of a column, counted from 1, of so many: "sequence 813", "sequences 813–815"; null if there is one. */
export function sequencesText(columns: Columns, step: number, count: number): string | null {
  const sequences = count > 1 ? sequencesAt(columns, step) : null;
  if (!sequences) return null;
  const [first, last] = sequences.map((number) => formatCount(number + 1));
  return first === last ? `sequence ${first}` : `sequences ${first}–${last}`;
}

/** The readout's text for a track in the column of a step, with up to `most` labels. */
export function trackText(
  track: Track,
  columns: Columns,
  shown: TrackColumns,
  step: number,
  most = 2,
): string | null {
  const column = columnOf(columns, step);
  if (column < 0) return null;
  const [start, stop] = stepsOfColumn(columns, column);
  const count = columns.lowest.length;
  if (hasLabels(shown)) {
    const sure = shown.kind === "output" ? shown.confidence[column] : undefined;
    return (
      sharesText(track, shown, column, stop - start, most) ?? valueText(track, shown.codes[column], sure)
    );
  }
  if (shown.kind === "top-k") {
    const score = shown.scores[column] as number;
    return Number.isNaN(score)
      ? null
      : `${track.name} ${formatValue(score)}${spreadText(shown, column, count)}`;
  }
  const share = shown.shares?.[column];
  if (track.binary && share !== undefined) return share > 0 ? onesText(track.name, share) : null;
  const text = valueText(track, shown.values[column]);
  return text && `${text}${spreadText(shown, column, count)}`;
}

/** "NOUN 41 %, VERB 20 %, others 39 %": the most frequent labels of a column; null where they aren't known. */
function sharesText(
  track: Track,
  { codes, most: ofMode, counts }: TrackColumns & { kind: "categorical" | "output" },
  column: number,
  steps: number,
  most: number,
): string | null {
  const mode = codes[column] as number;
  if (!ofMode || !counts || mode < 0) return null;
  const size = counts.length / codes.length;
  const found = new Map([[mode, ofMode[column] as number]]);
  for (let code = 0; code < size - 1; code++) found.set(code, counts[column * size + code] as number);
  const labelled = counts.slice(column * size, (column + 1) * size).reduce((sum, count) => sum + count, 0);
  const named = [...found]
    .filter(([, count]) => count > 0)
    .sort(([a, x], [b, y]) => y - x || a - b)
    .slice(0, most);
  const text = (code: number) => shortLabel(track.labels?.[code] ?? "");
  if (named[0]?.[1] === steps) return track.labels?.[mode] ?? null;
  const others = labelled - named.reduce((sum, [, count]) => sum + count, 0);
  const parts = named.map(([code, count]) => `${text(code)} ${formatShare(count / steps)}`);
  return [...parts, ...(others > 0 ? [`others ${formatShare(others / steps)}`] : [])].join(", ");
}

function shortLabel(label: string): string {
  return label.length <= LONGEST_LABEL ? label : `${label.slice(0, LONGEST_LABEL - 1)}…`;
}

function onesText(name: string, share: number): string {
  return share === 1 ? name : `${name} ${formatShare(share)}`;
}

/** " (0.10 to 0.90)": the least and the greatest number of a column, where they differ. */
function spreadText({ quantiles }: { quantiles?: Float32Array }, column: number, columns: number): string {
  if (!quantiles) return "";
  const size = quantiles.length / columns;
  const low = formatValue(quantiles[column * size] as number);
  const high = formatValue(quantiles[(column + 1) * size - 1] as number);
  return low === high ? "" : ` (${low} to ${high})`;
}
