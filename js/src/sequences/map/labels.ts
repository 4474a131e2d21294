import type { Trajectory } from "./points";

/** What `labelledSteps` depends on; as of the traits of these names. */
interface LabelOptions {
  labels: string;
  threshold: number;
  change: number;
}

/** A step to be labelled; the more it weighs, the sooner it gets a place. */
interface LabelledStep {
  step: number;
  weight: number;
}

/** Steps whose words are shown: both ends of each change that the options name. */
export function labelledSteps(trajectory: Trajectory, options: LabelOptions): LabelledStep[] {
  const weights = new Map<number, number>();
  for (let i = 0; i + 1 < trajectory.count; i++) {
    const weight = weightOf(trajectory, i, options);
    if (weight === null) continue;
    for (const step of [i, i + 1]) {
      const at = trajectory.start + step;
      weights.set(at, Math.max(weight, weights.get(at) ?? 0));
    }
  }
  return [...weights]
    .map(([step, weight]) => ({ step, weight }))
    .sort((a, b) => b.weight - a.weight || a.step - b.step);
}

/** How much the change from step i to the next weighs; null if it isn't labelled. */
function weightOf(
  { codes, confidence, distances }: Trajectory,
  i: number,
  options: LabelOptions,
): number | null {
  const jump = distances?.[i] ?? 0;
  if (options.labels === "jumps") return jump >= options.threshold && jump > 0 ? jump : null;
  if (options.labels === "class") return codes && codes[i] !== codes[i + 1] ? jump : null;
  if (options.labels !== "confidence" || !confidence) return null;
  const change = Math.abs((confidence[i + 1] as number) - (confidence[i] as number));
  return change >= options.change ? change : null;
}

/** A text at a point of the plot, in pixels. */
export interface Label {
  text: string;
  x: number;
  y: number;
  width: number;
}

export interface PlacedLabel extends Label {
  /** Left edge and middle of the text. */
  left: number;
  middle: number;
}

const GAP = 7;
const LINE = 15;

/**
 * Find places for labels beside their points: to the right, the left, above or below, within the plot, where no earlier
 * label lies. A label without a place is left out.
 */
export function placeLabels(labels: readonly Label[], width: number, height: number): PlacedLabel[] {
  const placed: PlacedLabel[] = [];
  for (const label of labels) {
    const { x, y, width: wide } = label;
    const places = [
      [x + GAP, y],
      [x - GAP - wide, y],
      [x - wide / 2, y - LINE],
      [x - wide / 2, y + LINE],
      [x + GAP, y - LINE + 3],
      [x + GAP, y + LINE - 3],
    ] as const;
    const found = places.find(
      ([left, middle]) =>
        left >= 0 &&
        left + wide <= width &&
        middle >= LINE / 2 &&
        middle <= height - LINE / 2 &&
        !placed.some(
          (other) =>
            left < other.left + other.width + 3 &&
            other.left < left + wide + 3 &&
            Math.abs(middle - other.middle) < LINE,
        ),
    );
    if (found) placed.push({ ...label, left: found[0], middle: found[1] });
  }
  return placed;
}
