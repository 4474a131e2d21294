import { all, create, setAttribute, setText } from "../../shared/dom";
import { followSize } from "../../shared/follow_size";
import { drawOnFrame } from "../../shared/frame";
import { clamp } from "../../shared/numbers";
import { plural } from "../../shared/text";
import type { Model } from "../model";
import { COLUMNS_FROM, type ViewState } from "../view_state";
import { drawMarks } from "./draw_marks";
import { drawPoints } from "./draw_points";
import { mountFoot } from "./foot";
import { mountHead } from "./head";
import { followKeys } from "./keyboard";
import { createMapState, type MapState } from "./map_state";
import { askForNeighbours } from "./neighbours";
import { followPointer } from "./pointer";
import { describeStep, titleOf } from "./texts";
import { mountTools } from "./tools";

const HELP =
  "Left and right go along the sequence, up and down to others, Enter goes to the step, P pins the sequence; " +
  "plus and minus zoom, 0 shows all, Escape unselects.";

const NO_WEBGL =
  "The points can't be drawn: this browser has no WebGL. Turn hardware acceleration on in its settings, or try another " +
  "one. Trajectories, words and tables work without it.";

const LOST_WEBGL =
  "The browser has taken the drawing of points away, as it does where many maps are open. Click the map to draw it again.";

/** The map of states: what it shows, the map itself, and how far to trust it. */
export function mountMap(host: HTMLElement, model: Model, view: ViewState): () => void {
  const state = createMapState(model);
  const head = create("div", "lvs-map-head");
  const plot = create("div", "lvs-map-plot", {
    "data-part": "map",
    role: "application",
    "aria-roledescription": "map of states",
    tabindex: "0",
  });
  const tools = create("div", "lvs-map-tools", { role: "group", "aria-label": "tools of the map" });
  const message = create("div", "lvs-map-message", { "data-part": "map-message", role: "status" });
  const readout = create("div", "lvs-map-readout", { "data-part": "map-readout", dir: "auto" });
  const foot = create("div", "lvs-map-foot");
  const middle = create("div", "lvs-map-middle", {}, plot, tools, message, readout);
  host.append(head, middle, foot);
  return all(
    mountHead(head, model, view, state),
    mountFoot(foot, model),
    followSize(plot, measure(plot, state)),
    drawOnFrame(() => {
      // Beside other columns the map is as high as they are; above and below them it is a square, or nearly.
      const isBeside = view.width.value >= COLUMNS_FROM;
      middle.style.height = isBeside ? "" : `${clamp(view.width.value * 0.85, 260, 560)}px`;
    }),
    drawPoints(plot, model, view, state),
    drawMarks(plot, model, view, state),
    mountTools(tools, model, view, state),
    followPointer(plot, model, view, state),
    followKeys(plot, model, view, state),
    askForNeighbours(model, view),
    drawOnFrame(() => {
      const text = messageOf(model, state);
      setText(message, text);
      message.hidden = text === "";
    }),
    drawOnFrame(() => {
      const step = view.hoveredStep.value;
      // Screen readers are not to read out every point that the pointer passes over.
      setAttribute(readout, "aria-live", state.pointing.value === "keys" ? "polite" : "off");
      setText(readout, step === null ? "" : describeStep(model, step, view.className.value));
    }),
    drawOnFrame(() => {
      const count = model._points.value?.count ?? 0;
      setAttribute(plot, "aria-label", `${titleOf(model._map.value)}: ${plural(count, "point")}. ${HELP}`);
      plot.classList.toggle("lvs-map-lassoing", state.lassoing.value);
      plot.classList.toggle("lvs-map-over", state.pointing.value === "pointer");
      setAttribute(plot, "data-webgl", state.webgl.value);
      setAttribute(plot, "data-box", state.box.value.join(","));
    }),
    state.dispose,
  );
}

function measure(plot: HTMLElement, state: MapState): (ratio: number) => void {
  return (ratio) => {
    // While hidden, as in a tab in the background, the plot keeps its size.
    if (plot.clientWidth === 0 || plot.clientHeight === 0) return;
    state.width.value = plot.clientWidth;
    state.height.value = plot.clientHeight;
    state.pixelRatio.value = ratio;
  };
}

/** What to say in the place of the points. */
function messageOf(model: Model, state: MapState): string {
  if (state.webgl.value === "missing") return NO_WEBGL;
  if (state.webgl.value === "lost") return LOST_WEBGL;
  const points = model._points.value;
  if (!points) return model.running.value === null ? "" : "putting states on the map…";
  return points.count === 0 ? "There are no steps to put on the map." : "";
}
