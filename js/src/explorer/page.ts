import { all, create, listen } from "../shared/dom";
import { drawOnFrame } from "../shared/frame";
import { turnOffWithoutPython } from "../shared/needs_python";
import { showFocus } from "../shared/show_focus";
import { followTheme } from "../shared/theme";
import { announceResults } from "./announce";
import { mountCells } from "./cells/cells";
import { followHover } from "./follow_hover";
import { mountFooter } from "./footer/footer";
import { zoomWithPointer } from "./gestures/zooming";
import { mountHeader } from "./header/header";
import { mountMatches } from "./matches/matches";
import type { Model } from "./model";
import { keepKeys, settleGestures } from "./page_keys";
import { mountPlot } from "./plot/plot";
import { mountProfile } from "./plot/profile";
import { mountValueAxis } from "./plot/value_axis";
import { keepAttributes } from "./published";
import { mountTracks } from "./tracks/tracks";
import { createViewState, type ViewState } from "./view_state";
import { mountCoverage } from "./words/coverage";
import { mountOverview } from "./words/overview";
import { mountPattern } from "./words/pattern";
import { mountWords } from "./words/words";

/** Put all views of `model` into `host`. Returns a function that removes them. */
export function mountPage(host: HTMLElement, model: Model): () => void {
  // The attribute asks JupyterLab not to take keys that are pressed in here.
  const root = create("div", "lstmvis", { "data-lm-suppress-shortcuts": "true" });
  host.append(root);
  const view = createViewState(model);
  const part = (className: string, parent: HTMLElement = root) => {
    const element = create("div", className);
    parent.append(element);
    return element;
  };
  const row = (className: string, label = "") => {
    const element = part(`lv-row ${className}`);
    const name = create("div", "lv-row-label", {}, create("span", "lv-row-name", {}, label));
    element.append(name);
    return { name: name.firstElementChild as HTMLElement, content: part("lv-row-content", element) };
  };

  const mountPlotRow = (content: HTMLElement) =>
    all(mountPlot(content, model, view), mountProfile(content, model, view));

  const dispose = all(
    followTheme(root, (colors) => {
      view.colors.value = colors;
    }),
    followSize(root, view),
    drawOnFrame(() => {
      // Rows over time end with the last whole step.
      root.style.setProperty("--lv-content", `${view.visibleSteps.value * model.word_width.value - 1}px`);
    }),
    mountHeader(part("lv-header"), model, view),
    turnOffWithoutPython(root, savedNote(part(""), model), model.live),
    mountOverview(root, model, view),
    mountPlotRow(row("lv-plot-row").content),
    mountWordsRow(row("lv-words-row"), model, view),
    mountPattern(row("lv-pattern-row", "pattern").content, model, view),
    mountCoverage(part("lv-coverage"), model, view),
    mountTracks(part("lv-tracks"), model, view),
    mountCells(row("lv-cells-row"), model, view),
    mountMatches(part("lv-match-view"), model, view),
    mountFooter(part("lv-footer"), model, view),
    announceResults(root, model),
    keepAttributes(root, model, view),
    keepKeys(root, model),
    settleGestures(root, model),
    followHover(model, view),
    showFocus(root),
    view.dispose,
    () => root.remove(),
  );
  return dispose;
}

const SAVED =
  "Saved view: selecting, thresholds and finding need Python. In a notebook, run the cell again for that.";
const LOST = "The kernel no longer knows this view: run the cell again to select, set thresholds and find.";

/** A line that says what is off without Python. */
function savedNote(host: HTMLElement, model: Model): HTMLElement {
  const text = model.live.peek() ? LOST : SAVED;
  const note = create("p", "lv-saved-note", { "data-part": "saved-note", hidden: "" }, text);
  host.append(note);
  return note;
}

/** The row of words. Its label, at the foot of the value axis, holds the axis's menu. */
function mountWordsRow(
  { name, content }: { name: HTMLElement; content: HTMLElement },
  model: Model,
  view: ViewState,
): () => void {
  return all(
    mountValueAxis(name.parentElement as HTMLElement, model, view),
    mountWords(content, model, view),
    zoomWithPointer(content, model, view),
  );
}

function followSize(root: HTMLElement, view: ViewState): () => void {
  const measure = () => {
    const style = getComputedStyle(root);
    const padding = Number.parseFloat(style.paddingLeft) + Number.parseFloat(style.paddingRight);
    // While hidden, as in a tab in the background, the page keeps its size.
    if (root.clientWidth > 0) view.width.value = Math.floor(root.clientWidth - padding);
    view.pixelRatio.value = devicePixelRatio || 1;
  };
  measure();
  const observer = new ResizeObserver(measure);
  observer.observe(root);
  return all(() => observer.disconnect(), listen(window, "resize", measure));
}
