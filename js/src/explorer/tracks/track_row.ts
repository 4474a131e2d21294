import { all, create, listen, setText } from "../../shared/dom";
import { shortenedInside, textWidth } from "../../shared/fit_text";
import { drawOnFrame } from "../../shared/frame";
import type { Track } from "../../shared/track";
import { hoverSteps } from "../gestures/hover_steps";
import type { Model } from "../model";
import { columnOf } from "../time/columns";
import { LABEL_GAP } from "../time/layout";
import type { ViewState } from "../view_state";
import { dimming } from "../words/on_share";
import { FOLD_WIDTH, mountClasses } from "./class_names";
import { showLegend } from "./legend";
import { createTrackColumns } from "./track_columns";
import { drawLabels } from "./track_labels";
import { drawOutput } from "./track_matrix";
import { drawPredictions } from "./track_predictions";
import { drawRamp } from "./track_ramp";

export interface TrackRow {
  form: string;
  element: HTMLElement;
  dispose: () => void;
}

/** What the drawing of a track needs. */
export interface TrackDrawing {
  strip: HTMLElement;
  track: Track;
  model: Model;
  view: ViewState;
  /** The share of its colour that a step keeps. */
  light: (step: number) => number;
}

/** Font size of the names in the style sheet. Names of thin tracks are a pixel smaller. */
export const NAME_SIZE = 11.5;

const DRAW: Record<Track["kind"], (drawing: TrackDrawing) => void> = {
  categorical: drawLabels,
  continuous: drawRamp,
  "top-k": drawPredictions,
  output: drawOutput,
};

export function mountTrack({ name }: Track, form: string, model: Model, view: ViewState): TrackRow {
  const hide = create("button", "lv-hide", {
    "data-part": "track-hide",
    type: "button",
    title: `hide ${name}`,
    "aria-label": `hide track ${name}`,
  });
  hide.textContent = "×";
  const label = create("button", "lv-row-name lv-track-name", { type: "button", "data-part": "track-name" });
  const labels = create("div", "lv-row-label", {}, hide, label);
  const strip = create("div", "lv-track-strip", { "data-part": "track-strip" });
  const element = create("div", `lv-row lv-track lv-track-${form}`, {
    "data-part": "track",
    "data-track": name,
  });
  element.append(labels, strip);
  const find = () => model._tracks.value.find((track) => track.name === name);
  const drawColumns = createTrackColumns();
  let wasInColumns = false;
  const dispose = all(
    drawOnFrame(() => {
      const font = `${NAME_SIZE}px ${view.colors.value.font}`;
      const room = view.labelWidth.value - LABEL_GAP - (form === "output" ? FOLD_WIDTH : 0);
      setText(
        label,
        shortenedInside(name, room, (text) => textWidth(text, font)),
      );
    }),
    drawOnFrame(() => {
      const track = find();
      if (!track) return;
      const inColumns = view.stride.value !== null;
      if (inColumns !== wasInColumns) {
        strip.replaceChildren();
        strip.classList.remove("lv-strip");
        wasInColumns = inColumns;
      }
      const drawing = { strip, track, model, view, light: lightOf(model, view) };
      if (!inColumns) DRAW[track.kind](drawing);
      else if (track.kind === "output") drawOutput(drawing, drawColumns);
      else drawColumns(drawing);
    }),
    listen(hide, "click", () => {
      model.set(
        "visible_tracks",
        model.visible_tracks.peek().filter((visible) => visible !== name),
      );
    }),
    showLegend(labels, label, find, () => (view.stride.value ?? 1) > 1),
    form === "output" ? mountClasses(element, labels, strip, find, model, view) : () => {},
    hoverSteps(strip, model, view),
    listen(element, "pointerenter", () => {
      view.hoveredTrack.value = name;
    }),
    listen(element, "pointerleave", () => {
      view.hoveredTrack.value = null;
    }),
    () => {
      if (view.hoveredTrack.peek() === name) view.hoveredTrack.value = null;
      element.remove();
    },
  );
  return { form, element, dispose };
}

/** The share of its colour that each step keeps: less where few selected cells are on, if tracks are dimmed. */
export function lightOf(model: Model, view: ViewState): (step: number) => number {
  if (!model.dim_tracks.value) return () => 1;
  const envelopes = view.envelopes.value;
  if (envelopes) {
    const { on, stride, selected } = envelopes;
    // On average over many steps few cells are on anywhere: what counts is where there are more than elsewhere.
    const most = stride === 1 ? selected : (on?.reduce((a, b) => Math.max(a, b), 0) ?? 0);
    return (step) => dimming(on?.[columnOf(envelopes, step)] ?? 0, most);
  }
  const window = view.states.value;
  const counts = view.onCounts.value;
  const cells = view.shownCells.value.length;
  return (step) => dimming((window && counts?.[step - window.start]) ?? 0, cells);
}
