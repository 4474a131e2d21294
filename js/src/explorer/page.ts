import { batch } from "@preact/signals-core";
import { classRows } from "../shared/classes";
import { all, create } from "../shared/dom";
import { textWidth } from "../shared/fit_text";
import { followHover } from "../shared/follow_hover";
import { followSize } from "../shared/follow_size";
import { drawOnFrame } from "../shared/frame";
import { mountGrip } from "../shared/grip";
import { keepFocus } from "../shared/keep_focus";
import { keepKeys } from "../shared/keep_keys";
import { turnOffWithoutPython } from "../shared/needs_python";
import { createRoot } from "../shared/root";
import { createSavedNote } from "../shared/saved_note";
import { settleGestures } from "../shared/settle_gestures";
import { showFocus } from "../shared/show_focus";
import { followTheme } from "../shared/theme";
import { announceResults } from "./announce";
import { mountCells } from "./cells/cells";
import { mountContrast } from "./contrast/contrast_panel";
import { zoomWithPointer } from "./gestures/zooming";
import { mountHeader } from "./header/header";
import { mountMatches } from "./matches/matches";
import type { Model } from "./model";
import { pressPageKeys } from "./page_keys";
import { mountPlot } from "./plot/plot";
import { mountProfile } from "./plot/profile";
import { mountValueAxis } from "./plot/value_axis";
import { keepAttributes } from "./published";
import { mountRangesRow } from "./ranges/ranges_row";
import { mountStatus } from "./status/status";
import { BESIDE_FROM, HEIGHTS, labelWidthFor, USUAL_HEIGHT } from "./time/layout";
import { classNameWidth, FOLD_WIDTH } from "./tracks/class_names";
import { NAME_SIZE } from "./tracks/track_row";
import { mountTracks, namedTracks } from "./tracks/tracks";
import { createViewState, type ViewState } from "./view_state";
import { mountCoverage } from "./words/coverage";
import { mountOverview } from "./words/overview";
import { mountPattern } from "./words/pattern";
import { mountWords } from "./words/words";

/** Put all views of `model` into `host`. Returns a function that removes them. */
export function mountPage(host: HTMLElement, model: Model): () => void {
  const root = createRoot("lv-explorer");
  host.append(root);
  const view = createViewState(model);
  const part = (className: string, parent: HTMLElement) => {
    const element = create("div", className);
    parent.append(element);
    return element;
  };
  const header = part("lv-header", root);
  const saved = createSavedNote(model.live.peek(), WITHOUT_PYTHON);
  root.append(saved);
  const body = part("lv-body", root);
  const selecting = part("lv-selecting", body);
  const listing = part("lv-match-view", body);
  const row = (className: string, label = "") => {
    const element = part(`lv-row ${className}`, selecting);
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
    followSize(root, measureParts(root, selecting, listing, view)),
    fitLabels(model, view),
    drawOnFrame(() => {
      const lengths = {
        // Rows over time end with the last whole step.
        content: view.visibleSteps.value * model.word_width.value - 1,
        label: view.labelWidth.value,
        plot: view.plotHeight.value,
        height: model.height.value,
      };
      for (const [name, length] of Object.entries(lengths))
        root.style.setProperty(`--lv-${name}`, `${length}px`);
    }),
    mountHeader(root, header, model, view),
    turnOffWithoutPython(root, saved, model.live),
    mountOverview(selecting, model, view),
    mountPlotRow(row("lv-plot-row").content),
    mountWordsRow(row("lv-words-row"), model, view),
    mountPattern(row("lv-pattern-row", "pattern").content, model, view),
    mountRangesRow(row("lv-ranges-row", "phrases").content, model, view),
    mountCoverage(part("lv-coverage", selecting), model, view),
    mountTracks(part("lv-tracks", selecting), model, view),
    mountCells(row("lv-cells-row"), model, view),
    mountStatus(part("lv-status", selecting), model, view),
    mountContrast(part("lv-contrast", listing), model, view),
    mountMatches(listing, model, view),
    mountGrip(root, part("lv-grip", root), {
      ...{ value: model.height, usual: USUAL_HEIGHT, limits: HEIGHTS },
      set: (height) => model.set("height", height),
      hold: () => model.hold("height"),
    }),
    announceResults(root, model),
    keepAttributes(root, model, view),
    pressPageKeys(root, model),
    keepKeys(root),
    settleGestures(root, () => model.settle()),
    followHover(view.hoveredStep, {
      ...{ links: model._links, step: model._hovered_step, isInSight: (step) => isInSight(step, view) },
      set: (step) => model.set("_hovered_step", step),
    }),
    keepFocus(root),
    showFocus(root),
    view.dispose,
    () => root.remove(),
  );
  return dispose;
}

const WITHOUT_PYTHON = {
  saved:
    "Saved view: selecting, thresholds and finding need Python. In a notebook, run the cell again for that.",
  lost: "The kernel no longer knows this view: run the cell again to select, set thresholds and find.",
};

function isInSight(step: number, view: ViewState): boolean {
  const [first, end] = view.visible.peek();
  return step >= first && step < end;
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

/** Measure the parts of the page. */
function measureParts(
  root: HTMLElement,
  selecting: HTMLElement,
  listing: HTMLElement,
  view: ViewState,
): (ratio: number) => void {
  return (ratio) => {
    // While hidden, as in a tab in the background, the page keeps its size.
    if (root.clientWidth > 0) {
      batch(() => {
        view.beside.value = root.clientWidth >= BESIDE_FROM;
        // At once, so that both parts have their new widths when they are measured.
        root.classList.toggle("lv-beside", view.beside.value);
        view.width.value = Math.floor(contentWidth(selecting));
        view.listWidth.value = Math.floor(contentWidth(listing));
      });
    }
    view.pixelRatio.value = ratio;
  };
}

function contentWidth(element: HTMLElement): number {
  const style = getComputedStyle(element);
  return element.clientWidth - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight);
}

/** Make the label column as wide as the longest name of a visible track, within limits. */
function fitLabels(model: Model, view: ViewState): () => void {
  return drawOnFrame(() => {
    const font = `${NAME_SIZE}px ${view.colors.value.font}`;
    const widths = model.visible_tracks.value.map((name) => textWidth(name, font));
    const folded = model.folded_tracks.value;
    for (const track of namedTracks(model._tracks.value, model.visible_tracks.value)) {
      if (track.kind !== "output") continue;
      const names = folded.includes(track.name) ? [] : classRows(track).map(({ name }) => name);
      widths.push(
        textWidth(track.name, font) + FOLD_WIDTH,
        ...names.map((name) => classNameWidth(name, view)),
      );
    }
    view.labelWidth.value = labelWidthFor(Math.max(0, ...widths), view.width.value);
  });
}
