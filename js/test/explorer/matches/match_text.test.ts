import { expect, test } from "vitest";
import type { MatchRow } from "../../../src/explorer/matches/match_list";
import { matchItems } from "../../../src/explorer/matches/match_slots";
import { matchesAsCsv, matchesAsText } from "../../../src/explorer/matches/match_text";
import { context } from "./sent_matches";

function rowOf(
  words: { before?: string[]; match: string[]; after?: string[] },
  more: Partial<MatchRow> = {},
): MatchRow {
  const { before = [], match, after = [] } = words;
  const sent = context([
    {
      before: before.length,
      shown: match.length,
      after: after.length,
      words: [...before, ...match, ...after],
    },
  ]);
  const start = more.start ?? 10;
  const stop = more.stop ?? start + match.length;
  const items = matchItems(sent, 0, start, stop, before.length);
  return { rank: 0, start, stop, overlap: 4, union: 6, cells: 4, folded: 0, items, context: sent, ...more };
}

const ROWS = [
  rowOf({ before: ["said", "the"], match: ["little", "prince"], after: ["."] }, { start: 1210 }),
  rowOf({ match: ["a", "\n"], after: ["b"] }, { rank: 11, start: 7, overlap: 3, union: 4 }),
];

test("as text the matches stand one below the other, in brackets", () => {
  expect(matchesAsText(ROWS)).toBe(
    [
      " #   step  overlap  extra  length",
      " 1  1,210    4 / 4     +2       2  said the [little prince] .",
      "12      7    3 / 4     +0       2           [a ⏎] b",
      "",
    ].join("\n"),
  );
});

test("as CSV they are the numbers of Python, ranked from 1, and the words of the match", () => {
  expect(matchesAsCsv(ROWS)).toBe(
    "rank,start,stop,length,overlap,union,words\r\n" +
      "1,1210,1212,2,4,6,little prince\r\n" +
      '12,7,9,2,3,4,"a \n"\r\n',
  );
});

test("quotes, commas and line ends are quoted, and nothing can be taken for a formula", () => {
  const words = (...match: string[]) =>
    matchesAsCsv([rowOf({ match })])
      .split("\r\n")[1]
      ?.split(/,(.*)/s)[1];
  const numbers = (length: number) => `10,${10 + length},${length},4,6,`;
  expect(words('say "no"', ",")).toBe(`${numbers(2)}"say ""no"" ,"`);
  expect(words("=SUM(A1)")).toBe(`${numbers(1)}'=SUM(A1)`);
  for (const first of ["+1", "-", "@a", "\tx"]) expect(words(first)).toBe(`${numbers(1)}'${first}`);
  for (const wide of ["＝1", "＋1", "－1", "＠a"]) expect(words(wide)).toBe(`${numbers(1)}'${wide}`);
  expect(words("a", "=")).toBe(`${numbers(2)}a =`);
});

test("a formula may begin where a spreadsheet begins another field", () => {
  for (const text of ["a\n=1", "a\r\n+1", "a\t@b", "a;=1", "a; ＝1", "a,=1", 'a\n"=1', " =1"]) {
    expect(matchesAsCsv([rowOf({ match: [text] })])).toMatch(/,"?'/);
  }
  for (const text of ["a\nb", "a = 1", "a;b-c", "x－y", "1-2", "a, b"]) {
    expect(matchesAsCsv([rowOf({ match: [text] })])).not.toMatch(/,"?'/);
  }
});

test("what is left out of a long match is counted", () => {
  const long = rowOf({ match: ["a", "b"], after: ["c"] }, { start: 0, stop: 500 });
  expect(matchesAsText([long])).toContain("[a b … 498 more …] c");
  expect(matchesAsCsv([long])).toContain("0,500,500,4,6,a b … 498 more …\r\n");
});
