import { all, create, listen } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import { placeIn } from "../../shared/place";
import { placeOf } from "../../shared/virtual_rows";
import type { Model } from "../model";
import { comparableTracks, valueText } from "../tracks/track_colors";
import type { ViewState } from "../view_state";
import { confidenceAt, trackValueAt } from "./match_context";
import type { MatchList, MatchRow } from "./match_list";
import { type MatchGeometry, rowOf, type StepMark } from "./match_rows";
import type { MatchItem } from "./match_slots";

/** Mark the step under the pointer in every row that shows it. */
export function markHovered(marks: ReadonlyMap<HTMLElement, Map<number, StepMark>>, view: ViewState) {
  const marked = new Map<HTMLElement, Element[]>();
  // Rows are used again for other matches, so marks have to be removed before that.
  const unmark = (row: HTMLElement) => {
    for (const element of marked.get(row) ?? []) {
      if (element.classList.contains("lv-square")) element.remove();
      else element.classList.remove("lv-hovered");
    }
    marked.delete(row);
  };
  const mark = (row: HTMLElement) => {
    unmark(row);
    const step = view.hoveredStep.peek();
    const where = step === null ? undefined : marks.get(row)?.get(step);
    if (!where) return;
    where.word.classList.add("lv-hovered");
    const squares = where.heats.map((heat) => {
      const square = create("div", "lv-square");
      square.style.setProperty("--slot", String(where.slot));
      heat.append(square);
      return square;
    });
    marked.set(row, [where.word, ...squares]);
  };
  const dispose = drawOnFrame(() => {
    view.hoveredStep.value;
    for (const row of [...marked.keys()]) unmark(row);
    for (const row of marks.keys()) mark(row);
  });
  return { mark, unmark, dispose };
}

/** Pointing at a word or a square highlights its step in every row and every view. */
export function pointAtSteps(
  body: HTMLElement,
  geometryNow: () => MatchGeometry | null,
  list: MatchList,
  model: Model,
  view: ViewState,
): () => void {
  const leave = () => {
    view.hoveredStep.value = null;
    view.hoveredMatchWord.value = null;
  };
  return all(
    listen(body, "pointermove", (event) => {
      const element = rowOf(event.target);
      const row = element && list.row(placeOf(element));
      const item = row && itemUnder(event, row, geometryNow());
      if (!row || item?.kind !== "step") {
        leave();
        return;
      }
      view.hoveredStep.value = item.step;
      const tracks = textsOf(row, item.at, model);
      view.hoveredMatchWord.value = { word: item.word, on: item.on, cells: row.cells, tracks };
    }),
    listen(body, "pointerleave", leave),
  );
}

/** What the tracks have at a step of a match. */
export function textsOf(row: MatchRow, at: number, model: Model): string[] {
  return comparableTracks(model._tracks.peek())
    .map((track) => {
      const { context } = row;
      return valueText(track, trackValueAt(context, track.name, at), confidenceAt(context, track.name, at));
    })
    .filter((text) => text !== null);
}

/** The step whose word, or whose square in a heatmap, is under the pointer. */
function itemUnder(
  event: PointerEvent,
  row: MatchRow,
  geometry: MatchGeometry | null,
): MatchItem | undefined {
  const target = event.target as Element;
  const step = target.closest<HTMLElement>("[data-step]")?.dataset.step;
  if (step !== undefined) return row.items.find((item) => item.kind === "step" && item.step === Number(step));
  const heat = target.closest<HTMLElement>(".lv-heat");
  if (!heat || !geometry) return undefined;
  const slot = Math.floor(placeIn(heat, event)[0] / geometry.square);
  return row.items.find((item) => item.kind === "step" && item.slot === slot);
}
