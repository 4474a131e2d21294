import type { Range } from "./ranges";

/** Steps between two numbers of a ruler: the least round number that keeps them `room` pixels apart. */
export function tickInterval(stepWidth: number, room: number): number {
  const least = Math.max(1, room / stepWidth);
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5, 10].find((each) => each * power >= least * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** The multiples of `interval` within `steps`. */
export function ticksWithin([first, end]: Range, interval: number): number[] {
  const ticks: number[] = [];
  for (let tick = Math.ceil(first / interval) * interval; tick < end; tick += interval) ticks.push(tick);
  return ticks;
}
