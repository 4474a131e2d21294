/** A column of the table of sequences. */
export interface Column {
  /** What `sort_by` calls it; "" where it can't be sorted by. */
  sort: string;
  key: ColumnKey;
  head: string;
  title: string;
  width: number;
  /** Columns of a higher rank get their room first; those of `ALWAYS` have it in any case. */
  rank: number;
  /** The first click on its head sorts downwards. */
  downwards: boolean;
}

type ColumnKey =
  | "number"
  | "target"
  | "prediction"
  | "correct"
  | "confidence"
  | "settled"
  | "changes"
  | "jump"
  | "length"
  | "matches"
  | "text";

/** Which columns there is something for. */
export interface Known {
  /** Digits of the greatest number. */
  digits: number;
  targets: boolean;
  predictions: boolean;
  jumps: boolean;
  matches: boolean;
}

const ALWAYS = 10;
/** The text has at least this width before another column gets room. */
const LEAST_TEXT = 84;
/** The gap between columns, and the marks at the left edge. */
export const GAP = 6;
export const MARKS = 16;

/** The columns there are, from left to right. Widths are in pixels. */
function columnsKnown({ digits, targets, predictions, jumps, matches }: Known): Column[] {
  const number = (
    key: ColumnKey,
    sort: string,
    [head, title]: readonly [string, string],
    [width, rank]: readonly [number, number],
  ): Column => ({ key, sort, head, title, width, rank, downwards: true });
  const name = (key: ColumnKey, sort: string, texts: readonly [string, string], width: number): Column => ({
    ...number(key, sort, texts, [width, ALWAYS]),
    downwards: false,
  });
  const of = (is: boolean, ...columns: Column[]) => (is ? columns : []);
  return [
    name("number", "sequence", ["#", "number of the sequence"], 10 + 7.5 * Math.max(2, digits)),
    ...of(targets, name("target", "target", ["true", "true class"], 30)),
    ...of(predictions, name("prediction", "prediction", ["said", "class expected at the last step"], 30)),
    ...of(targets, number("correct", "correct", ["✓", "right (✓) or wrong (✗)"], [18, 3])),
    ...of(
      predictions,
      number("confidence", "confidence", ["conf.", "confidence: its probability at the last step"], [36, 8]),
      number("settled", "settled", ["settled", "step from which the expected class doesn’t change"], [46, 7]),
      number("changes", "changes", ["changes", "how often the expected class changes"], [51, 6]),
    ),
    ...of(jumps, number("jump", "largest_jump", ["jump", "largest jump of the state"], [40, 5])),
    ...of(matches, number("matches", "", ["matches", "matches of the linked explorer"], [52, 9])),
    number("length", "length", ["length", "time steps"], [46, predictions ? 2 : 9]),
    name("text", "text", ["text", "its first words"], LEAST_TEXT),
  ];
}

/** The columns that fit into `room` pixels: one after another by rank, each that there is still room for. */
export function columnsFor(room: number, known: Known): Column[] {
  const columns = columnsKnown(known);
  const chosen = new Set<Column>();
  let left = room - MARKS;
  for (const column of [...columns].sort((a, b) => b.rank - a.rank)) {
    if (column.rank < ALWAYS && left < column.width + GAP) continue;
    left -= column.width + GAP;
    chosen.add(column);
  }
  return columns.filter((column) => chosen.has(column));
}

/** What a menu calls the columns that sequences can be sorted by. */
const SORT_NAMES: Readonly<Record<string, string>> = {
  sequence: "number",
  target: "true class",
  prediction: "class said",
  correct: "right or wrong",
  confidence: "confidence",
  settled: "settled",
  changes: "changes",
  largest_jump: "largest jump",
  length: "length",
  text: "text",
};

/** What the sequences can be sorted by, also where there is no room for its column. */
export function sortChoices(known: Known): [sort: string, text: string][] {
  return columnsKnown(known)
    .filter(({ sort }) => sort !== "")
    .map(({ sort }) => [sort, SORT_NAMES[sort] ?? sort]);
}

/** Which way a column is sorted; null if the table is sorted by another. */
export function directionOf(sortBy: string, column: Pick<Column, "sort">): "ascending" | "descending" | null {
  if (column.sort === "" || sortBy.replace(/^-/, "") !== column.sort) return null;
  return sortBy.startsWith("-") ? "descending" : "ascending";
}

/** What `sort_by` is after a click on a head. */
export function sortedBy(sortBy: string, column: Pick<Column, "sort" | "downwards">): string {
  const direction = directionOf(sortBy, column);
  const down = direction === null ? column.downwards : direction === "ascending";
  return `${down ? "-" : ""}${column.sort}`;
}
