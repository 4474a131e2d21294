import { formatCount, visibleToken } from "../../shared/text";
import type { MatchRow } from "./match_list";

/** The words of a row: what comes before the match, the match, and what follows. */
function wordsOf(row: MatchRow): { before: string[]; match: string[]; after: string[] } {
  const words = { before: [] as string[], match: [] as string[], after: [] as string[] };
  for (const item of row.items) {
    if (item.kind === "hidden") words.match.push(`… ${formatCount(item.count)} more …`);
    else if (item.inMatch) words.match.push(item.word);
    else (item.step < row.start ? words.before : words.after).push(item.word);
  }
  return words;
}

/** A table of text: the matches in [brackets], aligned, between the words around them. */
export function matchesAsText(rows: readonly MatchRow[]): string {
  const joined = (words: readonly string[]) => words.map(visibleToken).join(" ");
  const contexts = rows.map((row) => {
    const { before, match, after } = wordsOf(row);
    return [joined(before), `[${joined(match)}] ${joined(after)}`.trimEnd()] as const;
  });
  const columns = [
    padded(["#", ...rows.map((row) => formatCount(row.rank + 1))]),
    padded(["step", ...rows.map((row) => formatCount(row.start))]),
    padded(["overlap", ...rows.map((row) => `${row.overlap} / ${row.cells}`)]),
    padded(["extra", ...rows.map((row) => `+${row.union - row.cells}`)]),
    padded(["length", ...rows.map((row) => formatCount(row.stop - row.start))]),
    padded(["", ...contexts.map(([before]) => before)]),
  ];
  const lines = rows.map((_, i) => columns.map((column) => column[i + 1]).join("  "));
  const head = columns
    .map((column) => column[0])
    .join("  ")
    .trimEnd();
  return [head, ...lines.map((line, i) => `${line} ${contexts[i]?.[1]}`)].join("\n").concat("\n");
}

function padded(texts: readonly string[]): string[] {
  const width = texts.reduce((most, text) => Math.max(most, [...text].length), 0);
  return texts.map((text) => " ".repeat(width - [...text].length) + text);
}

/** CSV as in RFC 4180. Words that a spreadsheet would read as a formula get an apostrophe in front. */
export function matchesAsCsv(rows: readonly MatchRow[]): string {
  const head = ["rank", "start", "stop", "length", "overlap", "union", "words"];
  const lines = rows.map((row) => [
    ...[row.rank + 1, row.start, row.stop, row.stop - row.start, row.overlap, row.union].map(String),
    quoted(wordsOf(row).match.join(" ")),
  ]);
  return [head, ...lines].map((fields) => `${fields.join(",")}\r\n`).join("");
}

/**
 * = + - or @ begins a formula, also where it is as wide as a Chinese character. Some spreadsheets pass over a tab or line
 * end in front of it, and some begin a new field at a line end, tab, semicolon or comma even within quotes.
 */
const FORMULA = /(?:^|[\t\r\n;,])[\s"']*[=+\-@＝＋－＠]|^[\t\r\n]/u;

function quoted(text: string): string {
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
