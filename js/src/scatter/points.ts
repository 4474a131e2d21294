import { type Box, boxAround } from "../shared/box";
import { type Binary, decodeNumbers } from "../shared/buffers";
import { createGrid, type Grid } from "../shared/grid";
import { formatCount, visibleToken } from "../shared/text";

/** The points as Python sends them (CONTRIBUTING.md, "What travels between Python and the page"). */
interface SentPoints {
  coordinates: Binary;
  ranges: Binary;
  codes: Binary;
  labels: string[];
  words: string[] | null;
  axes: [string, string];
}

export interface Points {
  count: number;
  /** x and y of each point in turn. */
  coordinates: Float32Array;
  /** Start and stop of each phrase in turn. */
  ranges: Int32Array;
  /** Rank of each point's label among `labels`. */
  codes: Int32Array;
  /** The most frequent first. */
  labels: readonly string[];
  words: readonly string[] | null;
  axes: readonly [string, string];
  /** All points, with a margin. */
  extent: Box;
  grid: Grid;
}

const NOTHING = new ArrayBuffer(0);

export function decodePoints(sent: SentPoints | null): Points {
  const coordinates = decodeNumbers(sent?.coordinates ?? NOTHING, Float32Array);
  return {
    count: coordinates.length / 2,
    coordinates,
    ranges: decodeNumbers(sent?.ranges ?? NOTHING, Int32Array),
    codes: decodeNumbers(sent?.codes ?? NOTHING, Int32Array),
    labels: sent?.labels ?? [],
    words: sent?.words ?? null,
    axes: sent?.axes ?? ["", ""],
    extent: boxAround(coordinates),
    grid: createGrid(coordinates),
  };
}

function labelOf(points: Points, point: number): string {
  return points.labels[points.codes[point] as number] ?? "";
}

/** Describe a point for the readout: its words, its label, its range, and which one it is of those at its place. */
export function describePoint(points: Points, point: number, shown: (point: number) => boolean): string {
  const [start, stop] = [points.ranges[2 * point], points.ranges[2 * point + 1]] as [number, number];
  const words = points.words?.[point];
  const stack = points.grid.stack(point).filter(shown);
  const parts = [
    words === undefined ? "" : `“${visibleToken(words)}”`,
    visibleToken(labelOf(points, point)),
    stop - start === 1
      ? `step ${formatCount(start)}`
      : `steps ${formatCount(start)} to ${formatCount(stop - 1)}`,
    stack.length > 1 ? `${stack.indexOf(point) + 1} of ${formatCount(stack.length)} here` : "",
  ];
  return parts.filter((part) => part !== "").join(" · ");
}
