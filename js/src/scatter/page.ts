import { effect } from "@preact/signals-core";
import { all, create, listen, setAttribute, setText } from "../shared/dom";
import { followSize } from "../shared/follow_size";
import { drawOnFrame } from "../shared/frame";
import { keepFocus } from "../shared/keep_focus";
import { keepKeys } from "../shared/keep_keys";
import { clamp } from "../shared/numbers";
import { createRoot } from "../shared/root";
import { showFocus } from "../shared/show_focus";
import { formatCount, plural } from "../shared/text";
import { followTheme } from "../shared/theme";
import { drawPoints } from "./draw";
import { followKeys } from "./keyboard";
import { mountLegend } from "./legend";
import type { Model } from "./model";
import { createPictureMenu } from "./picture_menu";
import { followPointer } from "./pointer";
import { describePoint } from "./points";
import { createViewState, readPointColors, type ViewState } from "./view_state";

const HELP =
  "Arrow keys go from point to point, Page Up and Page Down from phrase to phrase; Enter picks, Shift-Enter selects; " +
  "plus and minus zoom, 0 shows all.";

/** Put the scatter into `host`. Returns a function that removes it. */
export function mountScatter(host: HTMLElement, model: Model): () => void {
  const root = createRoot("lv-scatter");
  const view = createViewState(model);
  const legend = create("div", "lv-scatter-legend", { "data-part": "legend" });
  const reset = create("button", "lv-button", { type: "button", "data-part": "reset" }, "show all");
  const picture = createPictureMenu(root, model);
  const tools = create("div", "lv-scatter-tools", {}, picture.element, reset);
  const head = create("div", "lv-scatter-head", {}, legend, tools);
  const plot = create("div", "lv-scatter-plot", {
    "data-part": "points",
    role: "application",
    "aria-roledescription": "scatter plot",
    tabindex: "0",
  });
  const xName = create("div", "lv-scatter-x", { "data-part": "x-axis" });
  const yName = create("div", "lv-scatter-y", { "data-part": "y-axis" }, create("span"));
  const foot = create("div", "lv-scatter-foot");
  host.append(root);
  root.append(head, create("div", "lv-scatter-frame", {}, yName, plot, xName), foot);
  return all(
    followTheme(root, (colors) => {
      view.colors.value = colors;
      view.pointColors.value = readPointColors(root);
    }),
    followSize(plot, measure(plot, view)),
    mountLegend(legend, model),
    drawPoints(plot, model, view),
    followPointer(plot, model, view),
    followKeys(plot, model, view),
    mountFoot(foot, plot, model, view),
    drawOnFrame(() => {
      const { axes, count } = model._points.value;
      setText(xName, axes[0]);
      setText(yName.firstElementChild as Element, axes[1]);
      setAttribute(plot, "aria-label", `${plural(count, "phrase")}, ${axes[0]} by ${axes[1]}. ${HELP}`);
    }),
    drawOnFrame(() => {
      const all = model.view.value === null;
      // Not `disabled`, which would take the focus away.
      setAttribute(reset, "aria-disabled", all ? "true" : null);
    }),
    listen(reset, "click", () => {
      model.set("view", null);
      model.settle();
    }),
    picture.dispose,
    keepAttributes(root, model, view),
    keepKeys(root),
    keepFocus(root),
    showFocus(root),
    () => root.remove(),
  );
}

const HEIGHT = { least: 240, most: 460, share: 0.62 };

function measure(plot: HTMLElement, view: ViewState): (ratio: number) => void {
  return (ratio) => {
    // While hidden, as in a tab in the background, the plot keeps its size.
    if (plot.clientWidth === 0) return;
    view.width.value = plot.clientWidth;
    view.height.value = Math.round(clamp(plot.clientWidth * HEIGHT.share, HEIGHT.least, HEIGHT.most));
    view.pixelRatio.value = ratio;
    plot.style.height = `${view.height.peek()}px`;
  };
}

/**
 * Below the plot: errors, how many points stand out, and a description of the point that the pointer or the keys are
 * at, or that is picked.
 */
function mountFoot(host: HTMLElement, plot: HTMLElement, model: Model, view: ViewState): () => void {
  const error = create("div", "lv-error", { "data-part": "error", role: "alert" });
  const status = create("div", "lv-scatter-status", { "data-part": "status", role: "status" });
  const readout = create("div", "lv-scatter-readout", { "data-part": "readout", dir: "auto" });
  host.append(error, readout, status);
  return all(
    drawOnFrame(() => {
      setText(error, model.error.value);
      error.hidden = model.error.value === "";
    }),
    drawOnFrame(() => setText(status, statusText(model))),
    drawOnFrame(() => {
      const hovered = view.hovered.value;
      const point = hovered ?? (view.keyed.value ? view.cursor.value : null) ?? model.picked.value;
      const points = model._points.value;
      // Screen readers are not to read out every point that the pointer passes over.
      setAttribute(readout, "aria-live", hovered === null ? "polite" : "off");
      const isThere = point !== null && point < points.count;
      const text = isThere ? describePoint(points, point, view.shown.value) : "";
      setText(readout, text);
      readout.title = text;
      plot.classList.toggle("lv-scatter-over", hovered !== null);
    }),
  );
}

/** How many phrases there are and how many stand out; if none does, what one can do. */
export function statusText(model: Model): string {
  const { count } = model._points.value;
  const [lit, selected] = [model._lit.value.length, model.selected.value.length];
  const parts = [plural(count, "phrase")];
  if (lit > 0) parts.push(`${formatCount(lit)} lit by matches`);
  if (selected > 0) parts.push(`${formatCount(selected)} selected`);
  if (parts.length === 1) parts.push("click picks, Shift-drag selects");
  return parts.join(" · ");
}

/** Publish the state as attributes of the root, for tests and style sheets. */
function keepAttributes(root: HTMLElement, model: Model, view: ViewState): () => void {
  return effect(() => {
    const attributes: Record<string, string> = {
      points: String(model._points.value.count),
      picked: String(model.picked.value ?? ""),
      selected: model.selected.value.join(","),
      lit: String(model._lit.value.length),
      hidden: model.hidden_labels.value.join(","),
      view: view.box.value.join(","),
      hovered: String(view.hovered.value ?? ""),
      cursor: view.keyed.value ? String(view.cursor.value ?? "") : "",
      error: model.error.value,
      baseRedraws: String(view.baseRedraws.value),
    };
    for (const [name, value] of Object.entries(attributes)) {
      if (root.dataset[name] !== value) root.dataset[name] = value;
    }
  });
}
