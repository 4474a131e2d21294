import { formatCount, formatInSteps, formatValue, plural, visibleToken } from "../../shared/text";
import type { Track } from "../../shared/track";
import { alignmentText } from "../cells/cell_alignment";
import { cellName } from "../cells/cell_name";
import type { Model } from "../model";
import { highestStep, stateAt } from "../plot/nearest_line";
import { cellsAt } from "../plot/threshold_counts";
import { columnOf, type TrackColumns } from "../time/columns";
import { sequenceAt } from "../time/ranges";
import type { TrackWindow, Window } from "../time/window";
import { classTexts } from "../tracks/track_classes";
import { textAt } from "../tracks/track_colors";
import type { ViewState } from "../view_state";
import { envelopeText, onText, sequencesText, stepsText, trackText } from "./columns_readout";

/** The text of the readout: about the threshold, or the cell and the step, under the pointer. */
export function describePointer(model: Model, view: ViewState): string {
  const threshold = view.hoveredThreshold.value;
  return threshold === null ? describePoint(model, view) : describeThreshold(threshold, model);
}

function describeThreshold(threshold: number, model: Model): string {
  const text = formatInSteps(threshold, model._threshold_step.value).replace("-", "−");
  const count = cellsAt(model._threshold_counts.value, threshold);
  return count === null ? `at ${text}` : `at ${text}: ${plural(count, "cell")}`;
}

/** Describe the cell and the step under the pointer. */
function describePoint(model: Model, view: ViewState): string {
  const parts: string[] = [];
  const cell = view.hoveredCell.value;
  const step = view.hoveredStep.value;
  const window = model._window.value;
  if (view.stride.value !== null && !view.hoveredMatchWord.value)
    return describeColumn(view.stride.value, model, view);
  if (cell !== null) parts.push(`cell ${cellName(model, cell)}`, ...alignmentOf(cell, view));
  if (step !== null) {
    const matchWord = view.hoveredMatchWord.value;
    const known = window && step >= window.start && step < window.stop ? window : null;
    const word = matchWord?.word ?? known?.words[step - known.start];
    const states = view.states.value;
    const value = cell !== null && states ? formatValue(stateAt(states, cell, step)) : "";
    if (word !== undefined) parts.push(`“${shorten(visibleToken(word))}” ${value}`.trim());
    const cells = matchWord?.cells ?? model.selected_cells.value.length;
    const on = matchWord?.on ?? (states ? view.onCounts.value?.[step - states.start] : undefined);
    if (cells > 0 && on !== undefined) parts.push(`${on} of ${cells} selected cells on`);
    if (matchWord) parts.push(...matchWord.tracks.map(shorten));
    else if (known) parts.push(...tracksAt(known, step, model, view));
    parts.push(...sequenceOf(step, known, model), `step ${formatCount(step)}`);
  } else if (cell !== null) parts.push(...highest(cell, view));
  return parts.join(" · ");
}

function alignmentOf(cell: number, view: ViewState): string[] {
  const text = alignmentText(view.alignment.value, cell);
  return text === null ? [] : [text];
}

/** Describe the cell and the column under the pointer, where steps share columns. */
function describeColumn(stride: number, model: Model, view: ViewState): string {
  const cell = view.hoveredCell.value;
  const hovered = view.hoveredStep.value;
  const [first, end] = view.visible.value;
  const step = hovered !== null && hovered >= first && hovered < end ? hovered : null;
  const { value: columns } = view.columns;
  const { value: envelopes } = view.envelopes;
  const parts: (string | null)[] = [];
  if (step !== null) {
    const word = columns?.words?.[step - columns.start];
    parts.push(
      stepsText(step, stride, model._steps.value),
      word === undefined ? null : `“${shorten(visibleToken(word))}”`,
      columns && sequencesText(columns, step, model._n_sequences.value),
    );
  }
  if (cell !== null) {
    const values = envelopes && step !== null ? envelopeText(envelopes, cell, step) : null;
    const named = `cell ${cellName(model, cell)}`;
    parts.push(values === null ? named : `${named}: ${values}`, ...alignmentOf(cell, view));
  }
  if (step !== null && envelopes) parts.push(onText(envelopes, step));
  if (step !== null && columns) {
    const isPointedAt = view.hoveredTrack.value !== null;
    const texts = describedTracks(model, view).flatMap((track) => {
      const shown = columns.tracks.get(track.name);
      if (!shown) return [];
      const text = trackText(track, columns, shown, step, isPointedAt ? MOST_LABELS : undefined);
      return [...pointedClass(track, shown, columnOf(columns, step), view), text];
    });
    parts.push(...(isPointedAt ? texts : few(texts)));
  }
  return parts.filter((part) => part !== null).join(" · ");
}

/** The number of the sequence that a step lies in, if there are several. */
function sequenceOf(step: number, known: Window | null, model: Model): string[] {
  const count = model._n_sequences.value;
  if (count < 2 || !known) return [];
  const number = sequenceAt(step, model.position.value, model.sequence.value, known.sequenceStarts);
  return [`sequence ${formatCount(number + 1)}`];
}

/** Describe a cell that is hovered outside the plot, where it is highest in sight. */
function highest(cell: number, view: ViewState): string[] {
  const states = view.states.value;
  if (!states || cell >= states.cells) return [];
  const step = highestStep(states, cell, view.visible.value);
  const word = visibleToken(states.words[step - states.start] ?? "");
  return [
    `highest in sight: ${formatValue(stateAt(states, cell, step))} at “${shorten(word)}”`,
    `step ${formatCount(step)}`,
  ];
}

/** More would take several lines, and the page would move with the pointer. */
const MOST_TRACKS = 5;
/** Labels of a track that the pointer is on. */
const MOST_LABELS = 5;

/** What the visible tracks have at a step or, if the pointer is on a track, that one. */
function tracksAt(window: Window, step: number, model: Model, view: ViewState): string[] {
  return few(
    describedTracks(model, view).flatMap((track) => {
      const shown = window.tracks.get(track.name);
      const i = step - window.start;
      return [...pointedClass(track, shown, i, view), textAt(track, shown, i)];
    }),
  );
}

/** What an output track under the pointer says of the class that is pointed at, and of the true class. */
function pointedClass(
  track: Track,
  shown: TrackWindow | TrackColumns | undefined,
  i: number,
  view: ViewState,
): string[] {
  if (view.hoveredTrack.value !== track.name || shown?.kind !== "output") return [];
  return classTexts(track, shown, i, view.hoveredClass.value);
}

function describedTracks(model: Model, view: ViewState): Track[] {
  const hovered = view.hoveredTrack.value;
  return model._tracks.value.filter(({ name }) =>
    hovered === null ? model.visible_tracks.value.includes(name) : name === hovered,
  );
}

function few(found: readonly (string | null)[]): string[] {
  const texts = found.filter((text) => text !== null).map(shorten);
  return texts.length > MOST_TRACKS ? [...texts.slice(0, MOST_TRACKS), "…"] : texts;
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
