import { computed } from "@preact/signals-core";
import type { Projection } from "../../shared/box";
import { createLayer, sized } from "../../shared/canvas";
import { all } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import { LABEL_COLORS } from "../../shared/label_colors";
import type { Place } from "../../shared/place";
import { visibleToken } from "../../shared/text";
import type { Model } from "../model";
import type { ViewState } from "../view_state";
import { drawBand, drawCurrent, drawPinned, type Line, numberLabels, writeWords } from "./draw_lines";
import { labelledSteps, placeLabels } from "./labels";
import { type MapState, placeOf, pointOf } from "./map_state";
import { disc, LABEL_SIZE, type Pen, rings, write } from "./pen";
import type { Trajectory } from "./points";
import type { LineOptions } from "./segments";
import { wordOf } from "./words";

/** Rings around matches, and around selected steps, up to so many: more would hide the points. */
const MOST_RINGS = 200;
/** Points of a hovered sequence, up to so many. */
const MOST_LIT = 2000;
/** Words on the map at a time, at most. */
const MOST_WORDS = 80;

/** Draw what lies over the points: trajectories and rings, and above them what follows the pointer. */
export function drawMarks(plot: HTMLElement, model: Model, view: ViewState, state: MapState): () => void {
  const lines = createLayer();
  const top = document.createElement("canvas");
  for (const canvas of [lines.canvas, top]) canvas.setAttribute("aria-hidden", "true");
  plot.append(lines.canvas, top);
  const trajectories = followTrajectories(model, state);
  const size = computed(() => {
    const ratio = state.pixelRatio.value;
    const [width, height] = [state.width.value, state.height.value];
    return { ratio, width, height, wide: Math.round(width * ratio), high: Math.round(height * ratio) };
  });
  return all(
    drawOnFrame(() => {
      const { ratio, width, height, wide, high } = size.value;
      if (width === 0) return;
      const key = keyOf(model, view, state, trajectories.value);
      lines.update([...key, ratio], wide, high, (pen) => {
        pen.scale(ratio, ratio);
        drawAll(pen, [width, height], trajectories.value, model, view, state);
      });
    }),
    drawOnFrame(() => {
      const { ratio, width, height, wide, high } = size.value;
      if (width === 0) return;
      const pen = sized(top, wide, high);
      pen.scale(ratio, ratio);
      drawTop(pen, [width, height], model, view, state);
    }),
    drawOnFrame(() => {
      plot.classList.toggle("lvs-map-behind", model._trajectories.value.length > 0);
      plot.classList.toggle("lvs-map-far-behind", view.hoveredSequence.value !== null);
    }),
    () => {
      lines.canvas.remove();
      top.remove();
    },
  );
}

/** All that the trajectories and rings depend on. */
function keyOf(
  model: Model,
  view: ViewState,
  state: MapState,
  trajectories: readonly Trajectory[],
): unknown[] {
  const labels = model.point_labels.value;
  return [
    ...[trajectories, state.projection.value, view.colors.value, model.selection.value, model.jump.value],
    ...[model.line_color.value, model.line_thickness.value, model.line_width.value, labels],
    ...(labels === "none"
      ? []
      : [model.jump_threshold.value, model.confidence_change.value, model._words.value]),
    ...[model._matches.value, model.selected_steps.value, state.outline.value, model._points.value],
    model.point_size.value,
  ];
}

/** The trajectories as they are now, on their way from where they were where points move. */
function followTrajectories(model: Model, state: MapState) {
  let before: readonly Trajectory[] = [];
  let now: readonly Trajectory[] = [];
  return computed((): readonly Trajectory[] => {
    const sent = model._trajectories.value;
    if (sent !== now) [before, now] = [now, sent];
    const share = state.moved.value;
    return now.map((each) => {
      const was = before.find(
        ({ sequence, start, count }) =>
          sequence === each.sequence && start === each.start && count === each.count,
      );
      if (share === 1 || !was) return each;
      const coordinates = each.coordinates.map((to, i) => {
        const from = was.coordinates[i] as number;
        return from + (to - from) * share;
      });
      return { ...each, coordinates };
    });
  });
}

/** Places in pixels of places in units of the map. */
export function pathOf(coordinates: Float32Array, { toX, toY }: Projection): Float32Array {
  const path = new Float32Array(coordinates.length);
  for (let i = 0; i < coordinates.length; i += 2) {
    path[i] = toX(coordinates[i] as number);
    path[i + 1] = toY(coordinates[i + 1] as number);
  }
  return path;
}

function drawAll(
  pen: Pen,
  size: Place,
  trajectories: readonly Trajectory[],
  model: Model,
  view: ViewState,
  state: MapState,
): void {
  const colors = view.colors.value;
  const place = state.projection.value;
  const options: LineOptions = {
    color: model.line_color.value as LineOptions["color"],
    thickness: model.line_thickness.value as LineOptions["thickness"],
    width: model.line_width.value,
  };
  const lines = trajectories.map(
    (trajectory): Line => ({ trajectory, options, path: pathOf(trajectory.coordinates, place) }),
  );
  const [current, ...pinned] = lines;
  if (state.outline.value) {
    const { toX, toY } = place;
    drawLasso(
      pen,
      state.outline.value.corners.map(([x, y]): Place => [toX(x), toY(y)]),
      colors.selected,
      [],
    );
  }
  pinned.forEach((line, rank) => {
    if (line.trajectory.sequence !== current?.trajectory.sequence) drawPinned(pen, line, rank, colors);
  });
  for (const range of [model.selection.value, jumpOf(model.jump.value)]) {
    for (const { path, trajectory } of range ? lines : []) {
      const [from, to] = within(range as readonly [number, number], trajectory);
      if (to >= from) drawBand(pen, path, from, to, options.width, colors.selected);
    }
  }
  if (current) drawCurrent(pen, current, colors);
  const around = model.point_size.value / 2 + 2.5;
  rings(pen, placesOf(ringed(model, state), model, state), around, colors.selected, 1.5);
  const labelled = wordsAt(current, model);
  pen.font = `600 ${LABEL_SIZE - 1}px ${colors.font}`;
  const others = pinned.filter(({ trajectory }) => trajectory.sequence !== current?.trajectory.sequence);
  write(pen, placeLabels(numberLabels(pen, others), ...size), colors.second, colors.ground);
  writeWords(pen, labelled, size, colors);
}

const jumpOf = (jump: number | null) => (jump === null ? null : ([jump, jump + 2] as const));

/** The first and last step of a range, counted from the start of a trajectory; the last is lower if there is none. */
function within(
  [start, stop]: readonly [number, number],
  { start: first, count }: Trajectory,
): [number, number] {
  return [Math.max(0, start - first), Math.min(count, stop - first) - 1];
}

/** Steps with a blue ring: the first of each match, and the selected ones, unless there are many. */
function ringed(model: Model, state: MapState): number[] {
  const starts = model._matches.value?.start ?? [];
  const selected = state.selectedSteps.value;
  return [...Array.from(starts).slice(0, MOST_RINGS), ...(selected.length > MOST_RINGS ? [] : selected)];
}

function placesOf(steps: readonly number[], model: Model, state: MapState): Place[] {
  const { toX, toY } = state.projection.value;
  return steps.flatMap((step) => {
    const place = placeOf(model._points.value, step);
    return place ? [[toX(place[0]), toY(place[1])] as const] : [];
  });
}

/** Words at the steps of the current trajectory that `point_labels` names. */
function wordsAt(line: Line | undefined, model: Model): { text: string; place: Place }[] {
  if (!line || model.point_labels.value === "none") return [];
  const { trajectory, path } = line;
  const steps = labelledSteps(trajectory, {
    labels: model.point_labels.value,
    threshold: model.jump_threshold.value,
    change: model.confidence_change.value,
  });
  return steps.slice(0, MOST_WORDS).flatMap(({ step }) => {
    const text = wordOf(model, step);
    const at = 2 * (step - trajectory.start);
    const place = [path[at] as number, path[at + 1] as number] as const;
    return text === null || Number.isNaN(place[0]) ? [] : [{ text: visibleToken(text), place }];
  });
}

function drawTop(pen: Pen, size: Place, model: Model, view: ViewState, state: MapState): void {
  const colors = view.colors.value;
  const lasso = state.lasso.value;
  const sequence = view.hoveredSequence.value;
  if (sequence !== null) drawSequence(pen, sequence, model, view, state);
  const step = view.hoveredStep.value;
  const [place] = step === null ? [] : placesOf([step], model, state);
  if (step !== null && place) {
    const near = model._neighbours.value;
    // Of another step they would be wrong.
    if (near?.step === step) drawNeighbours(pen, place, placesOf(near.steps, model, state), colors.hovered);
    disc(pen, place, 7, colors.ground);
    disc(pen, place, 5.5, colors.hovered);
    const word = wordOf(model, step);
    if (word !== null) writeWords(pen, [{ text: visibleToken(word), place }], size, colors);
  }
  if (lasso) drawLasso(pen, lasso, colors.selected, [4, 3]);
}

function drawNeighbours(pen: Pen, from: Place, places: readonly Place[], color: string): void {
  pen.beginPath();
  for (const [x, y] of places) {
    pen.moveTo(...from);
    pen.lineTo(x, y);
  }
  pen.strokeStyle = color;
  pen.lineWidth = 1;
  pen.stroke();
  rings(pen, places, 4, color, 1.25);
}

/** The points of a sequence, joined by a thin line. */
function drawSequence(pen: Pen, sequence: number, model: Model, view: ViewState, state: MapState): void {
  const [table, points] = [model._sequences.value, model._points.value];
  if (!table || !points || sequence >= table.count) return;
  const colors = view.colors.value;
  const [start, stop] = [table.bounds[sequence] as number, table.bounds[sequence + 1] as number];
  const steps = Array.from({ length: Math.min(stop - start, MOST_LIT) }, (_, i) => start + i);
  const there = steps.filter((step) => placeOf(points, step));
  const places = placesOf(there, model, state);
  pen.beginPath();
  for (const [x, y] of places) pen.lineTo(x, y);
  pen.strokeStyle = colors.second;
  pen.lineWidth = 1;
  pen.globalAlpha = 0.6;
  pen.stroke();
  pen.globalAlpha = 1;
  const codes = model._point_colors.value?.codes;
  const radius = model.point_size.value / 2;
  places.forEach((place, i) => {
    const code = codes?.[pointOf(points, there[i] as number)] ?? LABEL_COLORS;
    disc(pen, place, radius + 2, colors.text);
    disc(pen, place, radius + 1, colors.classes[Math.min(code, LABEL_COLORS)] ?? colors.second);
  });
}

function drawLasso(pen: Pen, corners: readonly Place[], color: string, dashes: number[]): void {
  pen.beginPath();
  for (const [x, y] of corners) pen.lineTo(x, y);
  pen.closePath();
  pen.globalAlpha = 0.08;
  pen.fillStyle = color;
  pen.fill();
  pen.globalAlpha = 1;
  pen.strokeStyle = color;
  pen.lineWidth = 1.25;
  pen.setLineDash(dashes);
  pen.stroke();
  pen.setLineDash([]);
}
