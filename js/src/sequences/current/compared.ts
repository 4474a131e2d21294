import { createLayer } from "../../shared/canvas";
import { classColor, classFill } from "../../shared/classes";
import { all, create, listen, setAttribute, setText } from "../../shared/dom";
import { drawOnFrame } from "../../shared/frame";
import { placeIn } from "../../shared/place";
import { formatCount, plural, visibleToken } from "../../shared/text";
import type { SequenceTable } from "../all/sequences";
import type { Trajectory } from "../map/points";
import type { Model } from "../model";
import type { ViewState } from "../view_state";
import { aligned } from "./aligning";
import {
  type Columns,
  columnOf,
  columnsFor,
  extentOfColumn,
  meansIn,
  mostFrequentIn,
  pixelsOf,
  stepUnder,
} from "./columns";
import { numberText, verdictOf } from "./facts";
import { placeMark } from "./marks";
import type { Scene } from "./scene";
import { pressStepKeys } from "./step_keys";

/** Height of a strip in pixels. */
const HEIGHT = 12;

/** Where sequences can be aligned, and how that is called. */
const ALIGNMENTS = { start: "start", end: "end", settled: "settled" } as const;

/** The sequences to compare, the current one first, each once. */
export function comparedOf(
  trajectories: readonly Trajectory[],
  sequence: number,
  pinned: readonly number[],
): Trajectory[] {
  const wanted = [sequence, ...pinned.filter((each) => each !== sequence)];
  return wanted.flatMap((number) => trajectories.find((each) => each.sequence === number) ?? []);
}

/** The step at which the class of a sequence settled; null: not known. */
export function settledOf(table: Pick<SequenceTable, "settled"> | null, sequence: number): number | null {
  const step = table?.settled?.[sequence] ?? -1;
  return step < 0 ? null : step;
}

/** A strip of expected classes for each pinned sequence and the current one, on one scale of time. */
export function mountCompared(host: HTMLElement, scene: Scene, model: Model, view: ViewState): () => void {
  const align = create("select", "lvs-select", {
    "data-part": "compared-align",
    "aria-label": "align sequences at",
  });
  for (const [value, text] of Object.entries(ALIGNMENTS)) {
    align.append(create("option", "", { value }, text));
  }
  const wide = create("div", "lvs-readout lv-aside");
  const strips = create("div", "lvs-strips", { "data-part": "compared" });
  const part = create(
    "div",
    "lvs-part",
    {},
    create(
      "div",
      "lvs-part-head",
      {},
      create("strong", "", {}, "Pinned sequences"),
      create(
        "label",
        "lvs-aligned lv-aside",
        { title: "what stands below each other" },
        "aligned at ",
        align,
      ),
    ),
    strips,
    wide,
  );
  host.append(part);
  const rows: Row[] = [];
  /** What is compared, and where it stands. */
  const shown = () => {
    const pinned = model.pinned_sequences.value;
    if (pinned.length === 0) return null;
    const compared = comparedOf(model._trajectories.value, model.sequence.value, pinned);
    const table = model._sequences.value;
    const { begins, range } = aligned(
      compared.map((each) => ({ ...each, settled: settledOf(table, each.sequence) })),
      model.align_at.value,
    );
    const columns = columnsFor(range, Math.max(1, scene.room.value - labelWidth(scene)));
    return { compared, begins, columns, table };
  };
  return all(
    drawOnFrame(() => {
      const now = shown();
      part.hidden = now === null;
      if (!now) return;
      align.value = model.align_at.value;
      const settles = align.lastElementChild as HTMLOptionElement;
      settles.disabled = now.table?.settled === null;
      const { stride } = now.columns;
      wide.hidden = stride === 1;
      setText(wide, `${plural(stride, "step")} each: the class most of them expect`);
      strips.style.setProperty("--label", `${labelWidth(scene)}px`);
      while (rows.length > now.compared.length) rows.pop()?.dispose();
      while (rows.length < now.compared.length) rows.push(createRow(strips, shown, model, view, rows.length));
      now.compared.forEach((each, i) => {
        rows[i]?.draw(each, now.begins[i] as number, now.columns, now.table);
      });
    }),
    drawOnFrame(() => {
      const step = view.hoveredStep.value;
      const now = shown();
      now?.compared.forEach((each, i) => {
        rows[i]?.mark(step, each, now.begins[i] as number, now.columns);
      });
    }),
    listen(align, "change", () => model.set("align_at", align.value)),
    () => {
      for (const row of rows.splice(0)) row.dispose();
    },
    () => part.remove(),
  );
}

/** Room for the number of a sequence, two dots and a button. */
function labelWidth(scene: Scene): number {
  return Math.max(scene.label.value, 74);
}

type Shown = () => { compared: Trajectory[]; begins: number[]; columns: Columns } | null;

interface Row {
  draw(trajectory: Trajectory, begin: number, columns: Columns, table: SequenceTable | null): void;
  mark(step: number | null, trajectory: Trajectory, begin: number, columns: Columns): void;
  dispose(): void;
}

/** The strip of one sequence: the i-th of those compared. */
function createRow(host: HTMLElement, shown: Shown, model: Model, view: ViewState, i: number): Row {
  const go = create("button", "lvs-more lvs-strip-number", { "data-part": "go-to-pinned", type: "button" });
  const dots = [create("span", "lvs-dot"), create("span", "lvs-dot")] as const;
  const unpin = create("button", "lvs-plain lvs-unpin", { "data-part": "unpin", type: "button" }, "×");
  const chart = create("div", "lvs-chart lvs-strip", { "data-part": "strip" });
  const layer = createLayer();
  layer.canvas.className = "lvs-canvas";
  const column = create("div", "lvs-column", { "aria-hidden": "true", hidden: "" });
  chart.append(layer.canvas, column);
  chart.style.height = `${HEIGHT}px`;
  const element = create(
    "div",
    "lvs-strip-row",
    {},
    create("div", "lvs-strip-label", {}, go, ...dots, unpin),
    chart,
  );
  host.append(element);
  /** The trajectory of this row, where it begins, and its own steps as columns of the common scale. */
  const own = () => {
    const now = shown();
    const trajectory = now?.compared[i];
    return now && trajectory ? { trajectory, begin: now.begins[i] as number, columns: now.columns } : null;
  };
  const stepAt = (x: number) => {
    const now = own();
    const at = now && stepUnder(now.columns, x);
    if (!now || at === null) return null;
    const within = at - now.begin;
    return within >= 0 && within < now.trajectory.count ? now.trajectory.start + within : null;
  };
  const keys = pressStepKeys(
    chart,
    {
      columns: () => {
        const now = own();
        return now && columnsOfOne(now.trajectory, now.columns);
      },
      begin: () => own()?.trajectory.start ?? 0,
      enter: (step) => model.set("position", step),
      say: (step) => {
        const now = own();
        const code = now?.trajectory.codes?.[step - now.trajectory.start] ?? -1;
        return `step ${formatCount(step)}${code < 0 ? "" : `: ${view.className.peek()(code)}`}`;
      },
    },
    view,
  );
  const dispose = all(
    listen(go, "click", () => {
      const now = own();
      if (now) model.set("sequence", now.trajectory.sequence);
    }),
    listen(unpin, "click", () => {
      const number = own()?.trajectory.sequence;
      model.set(
        "pinned_sequences",
        model.pinned_sequences.peek().filter((each) => each !== number),
      );
    }),
    listen(element, "pointerenter", () => {
      view.hoveredSequence.value = own()?.trajectory.sequence ?? null;
    }),
    listen(element, "pointerleave", () => {
      view.hoveredSequence.value = null;
    }),
    listen(chart, "pointermove", (event) => {
      view.hoveredStep.value = stepAt(placeIn(chart, event)[0]);
    }),
    listen(chart, "pointerleave", () => {
      view.hoveredStep.value = null;
    }),
    listen(chart, "click", () => {
      const step = view.hoveredStep.peek();
      if (step !== null) model.set("position", step);
    }),
    keys.dispose,
    () => element.remove(),
  );
  return {
    draw(trajectory, begin, columns, table) {
      const { sequence } = trajectory;
      const isCurrent = sequence === model.sequence.value;
      const isPinned = model.pinned_sequences.value.includes(sequence);
      setText(go, numberText(sequence));
      setAttribute(go, "aria-current", isCurrent ? "true" : null);
      setAttribute(go, "aria-label", `go to sequence ${numberText(sequence)}`);
      go.title = isCurrent ? "the current sequence" : "go to this sequence";
      go.disabled = !model.live.value || isCurrent;
      unpin.disabled = !model.live.value;
      // It keeps its room, so that the dots stand below each other.
      unpin.style.visibility = isPinned ? "" : "hidden";
      setAttribute(unpin, "aria-label", `unpin sequence ${numberText(sequence)}`);
      setAttribute(chart, "aria-label", `expected classes of sequence ${numberText(sequence)}`);
      const places = [table?.target?.[sequence] ?? -1, table?.prediction?.[sequence] ?? -1] as const;
      const right = verdictOf(...places);
      dots.forEach((dot, j) => {
        const place = places[j] as number;
        dot.hidden = place < 0;
        if (place < 0) return;
        const name = visibleToken(view.className.value(place));
        dot.style.setProperty("--class", classColor(place, view.colors.value));
        const word = j === 0 ? "true" : `said${right ? `, ${right.word}` : ""}`;
        setAttribute(dot, "role", "img");
        setAttribute(dot, "aria-label", `${word}: ${name}`);
        dot.title = `${word}: ${name}`;
      });
      const [ratio, colors] = [view.pixelRatio.value, view.colors.value];
      layer.canvas.style.width = `${columns.span}px`;
      layer.canvas.style.height = `${HEIGHT}px`;
      const { start, stop, step } = columns;
      layer.update(
        [trajectory, begin, start, stop, step, colors, ratio],
        Math.round(columns.span * ratio),
        Math.round(HEIGHT * ratio),
        (context) => drawStrip(context, trajectory, begin, columns, ratio, view),
      );
    },
    mark(step, trajectory, begin, columns) {
      const within = step === null ? -1 : step - trajectory.start;
      const inside = within >= 0 && within < trajectory.count;
      const at = inside ? columnOf(columns, begin + within) : null;
      placeMark(column, at === null ? null : extentOfColumn(columns, at), HEIGHT);
      keys.describe(inside && step !== null ? step : trajectory.start);
    },
    dispose,
  };
}

/** The steps of one sequence in columns as wide as those of the common scale. */
function columnsOfOne({ start, count }: Trajectory, { stride, step }: Columns): Columns {
  return { start, stop: start + count, stride, count: Math.ceil(count / stride), step, span: count * step };
}

/** The values of a sequence on the common scale: NaN, or −1, where it has no step. */
function onScale<A extends Float32Array | Int32Array>(
  values: A,
  begin: number,
  { start, stop }: Columns,
  empty: A,
): A {
  empty.set(values.subarray(0, Math.max(0, stop - begin)), begin - start);
  return empty;
}

function drawStrip(
  context: CanvasRenderingContext2D,
  { codes, confidence, count }: Trajectory,
  begin: number,
  columns: Columns,
  ratio: number,
  view: ViewState,
): void {
  const colors = view.colors.peek();
  const steps = columns.stop - columns.start;
  const given = codes ?? new Int32Array(count).fill(-1);
  const shownCodes = mostFrequentIn(columns, onScale(given, begin, columns, new Int32Array(steps).fill(-1)));
  const sure = onScale(
    confidence ?? new Float32Array(count).fill(1),
    begin,
    columns,
    new Float32Array(steps).fill(Number.NaN),
  );
  const means = meansIn(columns, sure, 1);
  for (let column = 0; column < columns.count; column++) {
    if (Number.isNaN(means[column])) continue;
    const { left, width } = pixelsOf(columns, column, ratio);
    const code = shownCodes[column] as number;
    context.globalAlpha =
      code < 0 ? 0.3 : classFill(0.25 + 0.75 * (means[column] as number), code, colors).alpha;
    context.fillStyle = code < 0 ? colors.line : classColor(code, colors);
    context.fillRect(left, 0, width, Math.round(HEIGHT * ratio));
  }
}
