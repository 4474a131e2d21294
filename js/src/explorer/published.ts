import { all } from "../shared/dom";
import { drawLast, drawOnFrame } from "../shared/frame";
import { cellsApart, pairOf } from "./contrast/contrast";
import type { Model } from "./model";
import { countOf } from "./ranges/ranges_row";
import type { ViewState } from "./view_state";

/** Publish the state, once it is drawn, as attributes of the root, for tests and style sheets. */
export function keepAttributes(root: HTMLElement, model: Model, view: ViewState): () => void {
  // The plot is drawn first: do not wait for what is drawn later.
  const paint = drawOnFrame(() => root.toggleAttribute("data-painted", view.painted.value));
  const publish = drawLast(() => {
    for (const [name, value] of Object.entries(attributesOf(model, view))) {
      if (root.dataset[name] !== value) root.dataset[name] = value;
    }
  });
  return all(paint, publish);
}

/** The attributes, by their names in `dataset`. */
export function attributesOf(model: Model, view: ViewState): Record<string, string> {
  const window = model._window.value;
  return {
    ready: String(view.painted.value),
    layer: model.layer.value,
    position: String(model.position.value),
    stride: view.stride.value === null ? "" : String(view.stride.value),
    columns: view.columns.value ? `${view.columns.value.start}-${view.columns.value.stop}` : "",
    wordWidth: String(model.word_width.value),
    sequence: String(model.sequence.value),
    valueAxis: String(model.value_axis.value),
    threshold: String(model.threshold.value),
    selection: model.selection.value?.join("-") ?? "",
    ranges: String(countOf(model)),
    tolerance: String(model.tolerance.value),
    offBefore: String(model.off_before.value),
    offAfter: String(model.off_after.value),
    selectedCells: model.selected_cells.value.join(","),
    deselectedCells: model.deselected_cells.value.join(","),
    addedCells: model.added_cells.value.join(","),
    alignWith: model.align_with.value?.join(":") ?? "",
    phraseSets: model.phrase_sets.value.map(({ name }) => name).join(","),
    contrastWith: pairOf(model.phrase_sets.value, model.contrast_with.value)?.join(":") ?? "",
    contrast: model._contrast.value ? String(cellsApart(model._contrast.value).length) : "",
    labelTable: model._label_table.value ?? "",
    visibleTracks: model.visible_tracks.value.join(","),
    foldedTracks: model.folded_tracks.value.join(","),
    matchTracks: model.match_tracks.value.join(","),
    colorBy: model.color_by.value ?? "",
    dimTracks: String(model.dim_tracks.value),
    contextWidth: String(model.context_width.value),
    foldMatches: String(model.fold_matches.value),
    pinnedCells: Object.keys(model.pinned_cells.value).join(","),
    showCoverage: String(model.show_coverage.value),
    minRun: String(model.min_run.value),
    k: String(model.k.value),
    lengthFilter: model.length_filter.value === null ? "" : String(model.length_filter.value),
    matches: String(model.matches.value.start.length),
    candidates: model._n_candidates.value === null ? "" : String(model._n_candidates.value),
    window: window ? `${window.start}-${window.stop}` : "",
    progress: model.running.value === null ? "" : String(model.running.value),
    activity: model._activity.value,
    error: model.error.value,
    greyRedraws: String(view.greyRedraws.value),
  };
}
