import { clamp } from "../../shared/numbers";

/** Where a word stands in the flowing text, in pixels. Words are in the order in which they are read. */
export interface WordPlace {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** The first word of the line of word `i`, and the one after its last. */
function lineOf(places: readonly WordPlace[], i: number): [first: number, end: number] {
  const top = places[i]?.top;
  let [first, end] = [i, i + 1];
  while (first > 0 && places[first - 1]?.top === top) first--;
  while (end < places.length && places[end]?.top === top) end++;
  return [first, end];
}

/** The word at a place, or the nearest one of the nearest line; −1 if there are no words. */
export function wordAt(places: readonly WordPlace[], x: number, y: number): number {
  if (places.length === 0) return -1;
  let [low, high] = [0, places.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((places[middle] as WordPlace).top <= y) low = middle;
    else high = middle - 1;
  }
  const [first, end] = lineOf(places, low);
  return nearestIn(places, first, end, x);
}

/** The word of the line above (−1) or below (1) that is nearest to the middle of word `i`; itself at the ends. */
export function wordBeside(places: readonly WordPlace[], i: number, by: 1 | -1): number {
  const from = places[i];
  if (!from) return i;
  const [first, end] = lineOf(places, i);
  const other = by > 0 ? end : first - 1;
  if (other < 0 || other >= places.length) return i;
  return nearestIn(places, ...lineOf(places, other), from.left + from.width / 2);
}

function nearestIn(places: readonly WordPlace[], first: number, end: number, x: number): number {
  for (let i = first; i < end - 1; i++) {
    const [here, next] = [places[i] as WordPlace, places[i + 1] as WordPlace];
    if (x < (here.left + here.width + next.left) / 2) return i;
  }
  return clamp(end - 1, 0, places.length - 1);
}

/** How far to scroll so that a word is in sight, from `scroll` on in a box of this height. */
export function scrollTo(
  { top, height }: Pick<WordPlace, "top" | "height">,
  scroll: number,
  room: number,
): number {
  if (top < scroll) return top;
  return top + height > scroll + room ? top + height - room : scroll;
}
