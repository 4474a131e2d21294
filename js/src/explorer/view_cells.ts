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
  /** All cells of the layer, and the selected ones. */
  readonly everyCell: ReadonlySignal<readonly number[]>;
  readonly shownCells: ReadonlySignal<readonly number[]>;
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
  const scale = createScale(model, steps, { states, columns, plotHeight });
  const tickUnderThreshold = computed(() => {
    const { ticks, toPixel, domain } = scale.value;
    const y = toPixel(clamp(model.threshold.value, domain[0], domain[1]));
    return ticks.find((tick) => Math.abs(toPixel(tick) - y) < BADGE_REACH) ?? null;
  });
  const cellCount = computed(() => {
    const layer = model._layers.value.find(({ name }) => name === model.layer.value);
    return states.value?.cells ?? layer?.cells ?? 0;
  });
  const everyCell = computed(() => Array.from({ length: cellCount.value }, (_, cell) => cell));
  // After a change of layer, `selected_cells` are those of the old one until Python has answered.
  const shownCells = computed(() => model.selected_cells.value.filter((cell) => cell < cellCount.value));
  const drawnPins = computed(() =>
    pinsOf(model.pinned_cells.value)
      .slice(0, MOST_PINS)
      .filter(({ cell }) => cell < cellCount.value),
  );
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
    ...{ everyCell, shownCells, drawnPins, roundedThreshold, runs, onCounts },
  };
}

/** The value axis, as `value_axis` asks for it. */
function createScale(
  model: Model,
  { visible }: ViewSteps,
  {
    states,
    columns,
    plotHeight,
  }: Pick<ViewCells, "states" | "columns"> & { plotHeight: ReadonlySignal<number> },
): ReadonlySignal<ValueScale> {
  // Separate from the scale, so that a new window with the same values is not measured again.
  const values = computed(() => states.value?.values ?? null);
  const ofAllSent = computed(() => {
    const seen = columns.value;
    return seen ? columnsExtent(seen, [seen.start, seen.stop]) : values.value && finiteExtent(values.value);
  });
  const ofInView = computed(() => {
    if (columns.value) return columnsExtent(columns.value, visible.value);
    return states.value && windowExtent(states.value, visible.value);
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

function windowExtent({ values, start, cells }: Window, [first, end]: Range): Range | null {
  return finiteExtent(
    values.subarray(Math.max(0, (first - start) * cells), Math.max(0, (end - start) * cells)),
  );
}

function columnsExtent(columns: Columns, steps: Range): Range | null {
  const [from, to] = columnsIn(columns, steps);
  const low = finiteExtent(columns.lowest.subarray(from, to));
  const high = finiteExtent(columns.highest.subarray(from, to));
  return low && high && [low[0], high[1]];
}
