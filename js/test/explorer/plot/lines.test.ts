import { expect, test } from "vitest";
import { drawLines } from "../../../src/explorer/plot/lines";
import { decodeWindow, type Window } from "../../../src/explorer/time/window";
import { sentWindow } from "../fixtures";

/** The path that is drawn for each cell: m and l with whole pixels. */
function paths(steps: number[][], cells: number[]): string[] {
  const drawn: string[] = [];
  const add = (letter: string) => (x: number, y: number) => {
    drawn.push(`${drawn.pop() ?? ""} ${letter}${x},${y}`.trim());
  };
  const context = { beginPath: () => drawn.push(""), moveTo: add("m"), lineTo: add("l"), stroke() {} };
  const window = decodeWindow(sentWindow(steps), null) as Window;
  const geometry = {
    steps: [0, steps.length] as const,
    stepWidth: 10,
    toPixel: (value: number) => 100 - value,
  };
  drawLines(context as unknown as CanvasRenderingContext2D, window, cells, geometry, {
    ...{ color: "grey", alpha: 1, width: 1 },
  });
  return drawn;
}

test("a line runs through the middles of the steps", () => {
  expect(paths([[1], [2], [3]], [0])).toEqual(["m4,99 l5,99 l15,98 l25,97"]);
});

test("a value that is not finite leaves a gap, and one between two gaps is a short stroke", () => {
  expect(paths([[1], [Number.NaN], [3], [Number.POSITIVE_INFINITY]], [0])).toEqual([
    "m4,99 l5,99 m24,97 l25,97",
  ]);
});

test("each cell has a path of its own", () => {
  expect(
    paths(
      [
        [1, 5],
        [2, 6],
      ],
      [1, 0],
    ),
  ).toEqual(["m4,95 l5,95 l15,94", "m4,99 l5,99 l15,98"]);
});
