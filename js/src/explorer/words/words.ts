import { all, create, pool, setAttribute } from "../../shared/dom";
import { createFitted, fitText } from "../../shared/fit_text";
import { drawOnFrame } from "../../shared/frame";
import { needsPython } from "../../shared/needs_python";
import { joined, mountHitOutlines } from "../find/hit_outlines";
import { brushSteps } from "../gestures/brush";
import { hoverSteps } from "../gestures/hover_steps";
import type { Model } from "../model";
import { drawnSelection } from "../ranges/change_ranges";
import { inSight, isSame } from "../ranges/selected_ranges";
import { type Extent, extentInSight } from "../time/layout";
import type { Range } from "../time/ranges";
import type { ViewState } from "../view_state";
import { shareStrength } from "./on_share";
import { createRuler, describeRow, ROW_TITLE } from "./ruler_row";
import { pressWordKeys } from "./word_keys";

const FONT_SIZE = 13;
const PADDING = 4;
/** Least width in pixels, so that a range can be seen. */
const LEAST_RANGE = 2;
let views = 0;

/** The words below their time steps. The more selected cells are on at a step, the bluer its word. */
export function mountWords(host: HTMLElement, model: Model, view: ViewState): () => void {
  const row = create("div", "lv-words", {
    "data-part": "words",
    title: ROW_TITLE,
    tabindex: "0",
  });
  needsPython(row, "undraggable");
  const strip = create("div", "lv-strip", { role: "presentation" });
  const selected = create("div", "lv-selection", { role: "presentation" });
  const others = create("div", "lv-other-selections", { "data-part": "selections", role: "presentation" });
  const shown = create("div", "lv-shown-match", { role: "presentation" });
  const ghost = create("div", "lv-ghost", { "data-part": "ghost-hint", "aria-hidden": "true" });
  ghost.textContent = "drag over words to select them";
  let hasSelected = false;
  row.append(strip, shown, others, selected, ghost);
  host.append(row);
  const id = `lstmvis-word-${views++}`;

  return all(
    drawOnFrame(() => drawWords(strip, id, model, view)),
    drawOnFrame(createRuler(row, model, view)),
    drawOnFrame(() => describeRow(row, view)),
    drawOnFrame(() => drawShares(strip, model, view)),
    drawOnFrame(() => {
      const current = drawnSelection(model, view);
      placeRange(selected, current, model, view);
      drawOthers(others, current, model, view);
      placeRange(shown, view.shownMatch.value, model, view);
    }),
    drawOnFrame(() => {
      // Whoever has selected once knows how.
      hasSelected ||= view.ranges.value.length > 0;
      ghost.hidden = hasSelected || !model.live.value || view.stride.value !== null;
    }),
    drawOnFrame(() => markSteps(row, strip, id, view)),
    mountHitOutlines(row, model, view),
    brushSteps(row, model, view),
    hoverSteps(row, model, view),
    pressWordKeys(row, model, view),
    () => row.remove(),
  );
}

function drawWords(strip: HTMLElement, id: string, model: Model, view: ViewState): void {
  const window = model._window.value;
  const [first, end] = wordsInSight(view);
  const width = model.word_width.value;
  const font = `${FONT_SIZE}px ${view.colors.value.font}`;
  const starts = new Set(window?.sequenceStarts);
  strip.style.setProperty("--step", `${width}px`);
  const boxes = pool(strip, end - first, () => createFitted("div", "lv-word"));
  boxes.forEach((box, i) => {
    const step = first + i;
    const word = window?.words[step - window.start];
    box.dataset.step = String(step);
    box.id = `${id}-${step}`;
    setAttribute(box, "role", "option");
    box.classList.toggle("lv-starts", step > 0 && starts.has(step));
    box.classList.toggle("lv-absent", word === undefined);
    fitText(box, word ?? null, width - 1 - Math.min(PADDING, width / 6), font);
  });
}

/** The steps whose words are shown; none where a ruler takes their place. */
function wordsInSight(view: ViewState): Range {
  const [first, end] = view.visible.value;
  return view.stride.value === null ? [first, end] : [first, first];
}

function drawShares(strip: HTMLElement, model: Model, view: ViewState): void {
  const window = view.states.value;
  const counts = view.onCounts.value;
  const cells = model.selected_cells.value.length;
  const [first, end] = wordsInSight(view);
  for (let step = first; step < end; step++) {
    const box = strip.children[step - first] as HTMLElement | undefined;
    const count = (window && counts?.[step - window.start]) ?? 0;
    box?.style.setProperty("--strength", String(shareStrength(count, cells)));
  }
}

/** Draw the selected ranges in sight but the current one. Where steps share columns, those that touch become one. */
function drawOthers(host: HTMLElement, current: Range | null, model: Model, view: ViewState): void {
  const there = inSight(view.ranges.value, view.visible.value).filter((range) => !isSame(range, current));
  const width = model.word_width.value;
  const each = there.flatMap((range) => extentInSight(range, view.visible.value, width, LEAST_RANGE) ?? []);
  const extents = view.stride.value === null ? each : joined(each);
  const boxes = pool(host, extents.length, () => create("div", "lv-selection lv-other-selection"));
  boxes.forEach((box, i) => {
    const { left, width } = extents[i] as Extent;
    box.style.left = `${left}px`;
    box.style.width = `${width}px`;
  });
}

function placeRange(box: HTMLElement, range: Range | null, model: Model, view: ViewState): void {
  const [first, end] = view.visible.value;
  const extent = range && extentInSight(range, [first, end], model.word_width.value, LEAST_RANGE);
  box.hidden = !extent;
  if (!extent || !range) return;
  box.style.left = `${extent.left}px`;
  box.style.width = `${extent.width}px`;
  box.classList.toggle("lv-goes-on-left", range[0] < first);
  box.classList.toggle("lv-goes-on-right", range[1] > end);
}

function markSteps(row: HTMLElement, strip: HTMLElement, id: string, view: ViewState): void {
  const [first, end] = wordsInSight(view);
  const ranges = inSight(view.ranges.value, [first, end]);
  const cursor = view.cursor.value;
  const hovered = view.hoveredStep.value;
  for (let step = first; step < end; step++) {
    const box = strip.children[step - first];
    if (!box) continue;
    const isSelected = ranges.some(([start, stop]) => step >= start && step < stop);
    setAttribute(box, "aria-selected", String(isSelected));
    box.classList.toggle("lv-hovered", step === hovered);
    box.classList.toggle("lv-cursor", step === cursor);
  }
  const isInSight = cursor !== null && cursor >= first && cursor < end;
  setAttribute(row, "aria-activedescendant", isInSight ? `${id}-${cursor}` : null);
}
