import { clamp } from "../numbers";

/** How many points a frame draws, so that frames follow each other fast enough on this machine. */
interface Pace {
  readonly count: number;
  /** A frame drew `count` points, and the next one began so many milliseconds later. */
  report(count: number, milliseconds: number): void;
}

/** A frame may last so many milliseconds. */
const MOST = 33;
const AIM = 27;
/** Screens show about 60 frames a second: a frame that lasts no longer might have drawn many more points. */
const UNHURRIED = 20;
const FEWEST = 2000;
const AT_FIRST = 20_000;
const MANY = 1 << 24;

export function createPace(): Pace {
  let count = AT_FIRST;
  return {
    get count() {
      return count;
    },
    report(drawn, milliseconds) {
      // A frame that drew fewer says only that as many are possible.
      const isFull = drawn >= count;
      if (milliseconds <= UNHURRIED) {
        if (isFull) count = Math.min(2 * count, MANY);
      } else if (milliseconds > MOST || isFull) {
        count = clamp(
          Math.round(drawn * clamp(AIM / milliseconds, 0.4, 1.2)),
          FEWEST,
          Math.max(count, FEWEST),
        );
      }
    },
  };
}
