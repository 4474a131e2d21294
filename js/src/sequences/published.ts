import { drawLast } from "../shared/frame";
import type { Model } from "./model";
import type { ViewState } from "./view_state";

/** Publish the state, once it is drawn, as attributes of the root, for tests and style sheets. */
export function keepAttributes(root: HTMLElement, model: Model, view: ViewState): () => void {
  return drawLast(() => {
    for (const [name, value] of Object.entries(attributesOf(model, view))) {
      if (root.dataset[name] !== value) root.dataset[name] = value;
    }
  });
}

/** The attributes, by their names in `dataset`. */
export function attributesOf(model: Model, view: ViewState): Record<string, string> {
  const text = (value: unknown) => (value === null || value === undefined ? "" : String(value));
  return {
    ready: String(model._sequences.value !== null && view.width.value > 0),
    layer: model.layer.value,
    sequence: String(model.sequence.value),
    pinnedSequences: model.pinned_sequences.value.join(","),
    position: String(model.position.value),
    selection: model.selection.value?.join("-") ?? "",
    selectedSteps: text(model._selected.value?.steps),
    jump: text(model.jump.value),
    cause: text(model._cause.value?.step),
    method: model.method.value,
    metric: model.metric.value,
    jumpThreshold: String(model.jump_threshold.value),
    colorBy: model.color_by.value,
    colored: model._point_colors.value?.by ?? "",
    sortBy: model.sort_by.value,
    filters: JSON.stringify(model.filters.value),
    shown: String(model._order.value.length),
    matches: text(model._matches.value?.start.length),
    links: String(model._links.value),
    alignAt: model.align_at.value,
    lineColor: model.line_color.value,
    lineThickness: model.line_thickness.value,
    lineWidth: String(model.line_width.value),
    pointSize: String(model.point_size.value),
    shownPoints: model.shown_points.value,
    fade: model.fade.value,
    pointLabels: model.point_labels.value,
    confidenceChange: String(model.confidence_change.value),
    height: String(model.height.value),
    points: text(model._points.value?.count),
    map: model._map.value?.method ?? "",
    settled: text(model._map.value?.settled),
    trust: text(model._map.value?.trust?.map.trustworthiness),
    words: model._words.value ? `${model._words.value.start}-${model._words.value.stop}` : "",
    trajectories: model._trajectories.value.map(({ sequence }) => sequence).join(","),
    view: model.view.value?.join(",") ?? "",
    hovered: text(view.hoveredStep.value),
    hoveredSequence: text(view.hoveredSequence.value),
    hoveredClass: text(view.hoveredClass.value),
    neighbours: text(model._neighbours.value?.steps.length),
    progress: text(model.running.value),
    activity: model._activity.value,
    error: model.error.value,
    pointRedraws: String(view.pointRedraws.value),
  };
}
