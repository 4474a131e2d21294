import type { Track } from "../../shared/track";
import type { SequenceTable } from "./sequences";

/** Sequences of one true class (−1: not known) of which one class was said. */
export interface Pair {
  target: number;
  prediction: number;
  count: number;
}

/** How often each true class and each class that was said come together. */
interface Pairs {
  pairs: readonly Pair[];
  /** The pair of each sequence; −1: nothing was said. */
  pairOf: Int32Array;
}

export function pairsOf({ target, prediction, count }: SequenceTable): Pairs | null {
  if (!prediction) return null;
  const pairs: Pair[] = [];
  const pairOf = new Int32Array(count).fill(-1);
  const known = new Map<number, number>();
  let most = 1;
  for (const place of prediction) most = Math.max(most, place + 1);
  for (let i = 0; i < count; i++) {
    const said = prediction[i] as number;
    if (said < 0) continue;
    const is = target?.[i] ?? -1;
    const key = (is + 1) * most + said;
    let pair = known.get(key);
    if (pair === undefined) {
      pair = pairs.length;
      known.set(key, pair);
      pairs.push({ target: is, prediction: said, count: 0 });
    }
    (pairs[pair] as Pair).count++;
    pairOf[i] = pair;
  }
  return { pairs, pairOf };
}

/** How many sequences of each pair pass the filters. */
export function passingOf({ pairs, pairOf }: Pairs, passes: Uint8Array): Int32Array {
  const passing = new Int32Array(pairs.length);
  for (let i = 0; i < pairOf.length; i++) {
    const pair = pairOf[i] as number;
    if (pair >= 0 && passes[i]) passing[pair] = (passing[pair] as number) + 1;
  }
  return passing;
}

/** Sequences, and how many of them pass the filters. */
export interface Tally {
  count: number;
  passing: number;
}

/** A row or column of the matrix: a class, or all those that have none of their own. */
export interface Entry {
  /** Places of its classes; of a class alone one. */
  places: readonly number[];
  isRest: boolean;
}

/** If there are more classes, the least frequent ones share a row and a column. */
const MOST_CLASSES = 12;

/**
 * The rows and columns of the matrix, from the top. Of many classes those with the most sequences have one of their own,
 * and those of `kept`, places of classes that are asked for.
 */
export function entriesOf(output: Track, pairs: readonly Pair[], kept: ReadonlySet<number>): Entry[] {
  const single = (place: number): Entry => ({ places: [place], isRest: false });
  if (output.rows) return output.rows.map(single);
  const frequent = classCounts(pairs).map(({ place }) => place);
  if (frequent.length <= MOST_CLASSES + 1) return frequent.map(single);
  const asked = frequent.filter((place) => kept.has(place)).slice(0, MOST_CLASSES);
  const others = frequent.filter((place) => !asked.includes(place)).slice(0, MOST_CLASSES - asked.length);
  const shown = new Set([...asked, ...others]);
  const rest = frequent.filter((place) => !shown.has(place));
  return [...frequent.filter((place) => shown.has(place)).map(single), { places: rest, isRest: true }];
}

/** The tallies of a matrix: of its cells, row by row, of its rows and columns, and of each row by outcome. */
interface Tallies {
  cells: readonly (readonly Tally[])[];
  rows: readonly Tally[];
  columns: readonly Tally[];
  right: readonly Tally[];
  wrong: readonly Tally[];
}

export function talliesOf(entries: readonly Entry[], pairs: readonly Pair[], passing: Int32Array): Tallies {
  const entryOf = new Map(entries.flatMap(({ places }, i) => places.map((place) => [place, i])));
  const none = () => entries.map((): Tally => ({ count: 0, passing: 0 }));
  const found = { cells: entries.map(none), rows: none(), columns: none(), right: none(), wrong: none() };
  pairs.forEach(({ target, prediction, count }, i) => {
    const row = entryOf.get(target) ?? -1;
    const column = entryOf.get(prediction) ?? -1;
    const outcome = target === prediction ? found.right : found.wrong;
    for (const tally of [found.rows[row], found.columns[column], found.cells[row]?.[column], outcome[row]]) {
      if (!tally) continue;
      tally.count += count;
      tally.passing += passing[i] ?? 0;
    }
  });
  return found;
}

/** What is known of one class. */
export interface ClassCount {
  place: number;
  /** Sequences of this true class that were predicted correctly, and wrongly. */
  right: number;
  wrong: number;
  /** Sequences of which this class was said. */
  said: number;
  /** The wrong class that was said most often of sequences of this class; null: none was. */
  mistake: { place: number; count: number } | null;
}

/** The classes that occur, the true classes of the most sequences first, then those said most often. */
export function classCounts(pairs: readonly Pair[]): ClassCount[] {
  const counts = new Map<number, ClassCount>();
  const of = (place: number) => {
    const found = counts.get(place) ?? { place, right: 0, wrong: 0, said: 0, mistake: null };
    counts.set(place, found);
    return found;
  };
  for (const { target, prediction, count } of pairs) {
    of(prediction).said += count;
    if (target < 0) continue;
    const its = of(target);
    if (target === prediction) its.right += count;
    else {
      its.wrong += count;
      const { mistake } = its;
      const isMore = mistake === null || count > mistake.count;
      const isFirst = mistake?.count === count && prediction < mistake.place;
      if (isMore || isFirst) its.mistake = { place: prediction, count };
    }
  }
  const ofClass = ({ right, wrong }: ClassCount) => right + wrong;
  return [...counts.values()].sort((a, b) => ofClass(b) - ofClass(a) || b.said - a.said || a.place - b.place);
}

/** How often the model is right, beside what is right without looking. */
export interface Accuracy {
  /** Sequences whose true class is known, and those predicted correctly. */
  known: Tally;
  right: Tally;
  /** The mean over true classes of the share of its sequences that are predicted correctly. */
  byClass: number;
  /** The commonest true class, and its share. */
  commonest: { place: number; share: number };
}

/** null: no true class is known. */
export function accuracyOf(pairs: readonly Pair[], passing: Int32Array): Accuracy | null {
  const known = { count: 0, passing: 0 };
  const right = { count: 0, passing: 0 };
  pairs.forEach(({ target, prediction, count }, i) => {
    for (const tally of target < 0 ? [] : target === prediction ? [known, right] : [known]) {
      tally.count += count;
      tally.passing += passing[i] ?? 0;
    }
  });
  if (known.count === 0) return null;
  const classes = classCounts(pairs).filter(({ right, wrong }) => right + wrong > 0);
  const [first] = classes as [ClassCount];
  const recalls = classes.map(({ right, wrong }) => right / (right + wrong));
  return {
    ...{ known, right },
    byClass: recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length,
    commonest: { place: first.place, share: (first.right + first.wrong) / known.count },
  };
}
