import { all, create } from "../shared/dom";
import { followSize } from "../shared/follow_size";
import { drawOnFrame } from "../shared/frame";
import { keepKeys } from "../shared/keep_keys";
import { turnOffWithoutPython } from "../shared/needs_python";
import { createRoot } from "../shared/root";
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
import { pressPageKeys, settleGestures } from "./page_keys";
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
  const root = createRoot();
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
    followSize(root, (ratio) => {
      // While hidden, as in a tab in the background, the page keeps its size.
      if (root.clientWidth > 0) view.width.value = contentWidth(root);
      view.pixelRatio.value = ratio;
    }),
    drawOnFrame(() => {
      // Rows over time end with the last whole step.
      root.style.setProperty("--lv-content", `${view.visibleSteps.value * model.word_width.value - 1}px`);
    }),
    mountHeader(part("lv-header"), model, view),
    turnOffWithoutPython(root, savedNote(part("")), model.live),
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
    pressPageKeys(root, model),
    keepKeys(root),
    settleGestures(root, model),
    followHover(model, view),
    showFocus(root),
    view.dispose,
    () => root.remove(),
  );
  return dispose;
}

/** A line that says what is off without Python. */
function savedNote(host: HTMLElement): HTMLElement {
  const text = "Saved view: selecting, thresholds and finding need Python.";
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

function contentWidth(root: HTMLElement): number {
  const { paddingLeft, paddingRight } = getComputedStyle(root);
  return Math.floor(root.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight));
}
