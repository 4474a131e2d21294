import { computed, type ReadonlySignal } from "@preact/signals-core";
import { clamp } from "../shared/numbers";
import type { CellAlignment } from "./cells/cell_alignment";
import { MOST_PINS, type Pin, pinsOf } from "./cells/pins";
import type { Model } from "./model";
import { type Columns, columnsIn, type Envelopes } from "./time/columns";
import { PLOT_PADDING } from "./time/layout";
import { roundToPrecision } from "./time/precision";
import type { Range } from "./time/ranges";
import { countRuns, runsOf } from "./time/runs";
import { finiteExtent, fixedScale, type ValueScale, valueScale } from "./time/scale";
import { countOn, type Window } from "./time/window";
import type { ViewSteps } from "./view_steps";

/** The states of the active layer that a view draws, and what follows from them. */
export interface ViewCells {
  /** The window, if it has the states of the active layer; null until they have come. */
  readonly states: ReadonlySignal<Window | null>;
  /**
   * The columns of the active layer, and the envelopes of its cells. null where there are words, and until they have
   * come.
   */
  readonly columns: ReadonlySignal<Columns | null>;
  readonly envelopes: ReadonlySignal<Envelopes | null>;
  readonly scale: ReadonlySignal<ValueScale>;
  /** The tick of the value axis that the threshold's number covers. */
  readonly tickUnderThreshold: ReadonlySignal<number | null>;
  /** How well each cell of the active layer tells where the chosen label stands. */
  readonly alignment: ReadonlySignal<CellAlignment | null>;
  /** The number of cells of the layer, with mirrors. */
  readonly cellCount: ReadonlySignal<number>;
  /** The cells that the grey lines show: all of the layer without mirrors, which would double them. */
  readonly everyCell: ReadonlySignal<readonly number[]>;
  /** The selected cells. */
  readonly shownCells: ReadonlySignal<readonly number[]>;
  /** The cells that have a line: those above and, of mirrors, the selected and the pinned ones. */
  readonly drawnCells: ReadonlySignal<readonly number[]>;
  /** The pinned cells of the layer that are drawn: not all of very many. */
  readonly drawnPins: ReadonlySignal<readonly Pin[]>;
  /** The threshold in the precision of the states. */
  readonly roundedThreshold: ReadonlySignal<number>;
  /** The runs of steps on which each selected cell is on within the window, without runs shorter than `min_run`. */
  readonly runs: ReadonlySignal<readonly (readonly Range[])[]>;
  /** How many selected cells are on at each step of the window, counting these runs only. */
  readonly onCounts: ReadonlySignal<Int32Array | null>;
}

/** The number of the threshold covers ticks that are closer than so many pixels. */
const BADGE_REACH = 15;

export function createViewCells(
  model: Model,
  steps: ViewSteps,
  plotHeight: ReadonlySignal<number>,
): ViewCells {
  /** What was sent, if it is about the active layer. */
  const ofLayer = <S extends { layer: string }>(sent: S | null) =>
    sent?.layer === model.layer.value ? sent : null;
  const states = computed(() => ofLayer(model._window.value));
  const columns = computed(() => ofLayer(steps.stride.value === null ? null : model._columns.value));
  const envelopes = computed(() => ofLayer(columns.value && model._envelopes.value));
  const alignment = computed(() => ofLayer(model._alignment.value));
  const tickUnderThreshold = computed(() => {
    const { ticks, toPixel, domain } = scale.value;
    const y = toPixel(clamp(model.threshold.value, domain[0], domain[1]));
    return ticks.find((tick) => Math.abs(toPixel(tick) - y) < BADGE_REACH) ?? null;
  });
  const layer = computed(() => model._layers.value.find(({ name }) => name === model.layer.value));
  const cellCount = computed(() => states.value?.cells ?? layer.value?.cells ?? 0);
  const plainCount = computed(() => (layer.value?.mirror ? cellCount.value / 2 : cellCount.value));
  const everyCell = computed(() => Array.from({ length: plainCount.value }, (_, cell) => cell));
  // After a change of layer, `selected_cells` are those of the old one until Python has answered.
  const shownCells = computed(() => model.selected_cells.value.filter((cell) => cell < cellCount.value));
  const drawnPins = computed(() =>
    pinsOf(model.pinned_cells.value)
      .slice(0, MOST_PINS)
      .filter(({ cell }) => cell < cellCount.value),
  );
  const drawnCells = computed(() => {
    const picked = [...shownCells.value, ...drawnPins.value.map(({ cell }) => cell)];
    const mirrors = new Set(picked.filter((cell) => cell >= plainCount.value));
    return mirrors.size === 0 ? everyCell.value : [...everyCell.value, ...mirrors];
  });
  const scale = createScale(model, steps, { states, columns, envelopes, drawnCells, plotHeight });
  const roundedThreshold = computed(() =>
    roundToPrecision(model.threshold.value, states.value?.precision ?? "float64"),
  );
  const runs = computed(() => {
    const window = states.value;
    const least = model.min_run.value;
    return window ? runsOf(window, shownCells.value, roundedThreshold.value, least, model._steps.value) : [];
  });
  const onCounts = computed(() => {
    const window = states.value;
    if (!window) return null;
    if (model.min_run.value > 1) return countRuns(window, runs.value);
    return countOn(window, shownCells.value, roundedThreshold.value);
  });
  return {
    ...{ states, columns, envelopes, alignment, scale, tickUnderThreshold },
    ...{ cellCount, everyCell, shownCells, drawnCells, drawnPins, roundedThreshold, runs, onCounts },
  };
}

/** The value axis, as `value_axis` asks for it. */
function createScale(
  model: Model,
  { visible }: ViewSteps,
  {
    states,
    columns,
    envelopes,
    drawnCells,
    plotHeight,
  }: Pick<ViewCells, "states" | "columns" | "envelopes" | "drawnCells"> & {
    plotHeight: ReadonlySignal<number>;
  },
): ReadonlySignal<ValueScale> {
  // Separate from the scale, so that a new window with the same values is not measured again.
  const values = computed(() => states.value?.values ?? null);
  const ofAllSent = computed(() => {
    const seen = columns.value;
    if (!seen) return values.value && finiteExtent(values.value);
    return columnsExtent(seen, envelopes.value, [seen.start, seen.stop]);
  });
  const ofInView = computed(() => {
    if (columns.value) return columnsExtent(columns.value, envelopes.value, visible.value);
    return states.value && windowExtent(states.value, drawnCells.value, visible.value);
  });
  return computed(() => {
    const axis = model.value_axis.value;
    const layer = model._value_range.value;
    const [top, bottom] = [PLOT_PADDING, plotHeight.value - PLOT_PADDING];
    if (axis === "layer") return valueScale(layer, ofAllSent.value, top, bottom);
    if (axis === "view") return valueScale(ofInView.value ?? layer, null, top, bottom);
    return fixedScale(axis, top, bottom);
  });
}

function windowExtent(window: Window, drawn: readonly number[], [first, end]: Range): Range | null {
  const { values, start, cells } = window;
  const rows = values.subarray(Math.max(0, (first - start) * cells), Math.max(0, (end - start) * cells));
  if (drawn.length === cells) return finiteExtent(rows);
  const ofRows: Range[] = [];
  for (let at = 0; at < rows.length; at += cells) {
    const extent = finiteExtent(drawn.map((cell) => rows[at + cell] as number));
    if (extent) ofRows.push(extent);
  }
  return union(ofRows);
}

/** The range of all cells that the density shows, and of those drawn one by one. */
function columnsExtent(columns: Columns, envelopes: Envelopes | null, steps: Range): Range | null {
  const extents = [extentOf(columns.lowest, columns.highest, columnsIn(columns, steps), 1)];
  if (envelopes) {
    const within = columnsIn(envelopes, steps);
    extents.push(extentOf(envelopes.low, envelopes.high, within, envelopes.cells.length));
  }
  return union(extents.filter((extent) => extent !== null));
}

function extentOf(
  lowest: Float32Array | Float64Array,
  highest: Float32Array | Float64Array,
  [from, to]: Range,
  cells: number,
): Range | null {
  const low = finiteExtent(lowest.subarray(from * cells, to * cells));
  const high = finiteExtent(highest.subarray(from * cells, to * cells));
  return low && high && [low[0], high[1]];
}

function union(extents: readonly Range[]): Range | null {
  return finiteExtent(extents.flat());
}
