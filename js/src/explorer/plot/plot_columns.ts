import { colorBytes, createLayer, createPath, type Layer } from "../../shared/canvas";
import type { Pin } from "../cells/pins";
import type { Model } from "../model";
import { type Columns, columnOf, columnsIn, type Envelopes } from "../time/columns";
import type { Range } from "../time/ranges";
import type { ViewState } from "../view_state";
import { cellDensity } from "./cell_density";

/** Opacity of the densest place of a column. */
const MOST_DENSE = 0.85;
/** Opacity of the area between least and greatest value, so that a single value can be seen. */
const EXTENT_ALPHA = 0.07;
/** More lines than this are paler. */
const MANY_LINES = 5;
const LEAST_STRENGTH = 0.03;

/** Draw the plot where steps share columns: the density of all cells, and lines or densities of some. */
export function createColumnsDrawing(model: Model, view: ViewState) {
  const density = createLayer();
  const selected = createLayer();
  const pinnedLayers = new Map<string, Layer>();
  const hoveredLayer = createLayer();
  return (context: CanvasRenderingContext2D): void => {
    const columns = view.columns.value;
    if (!columns) return;
    drawDensity(context, density, columns, model, view);
    const envelopes = view.envelopes.value;
    if (!envelopes) return;
    drawSelected(context, selected, envelopes, model, view);
    const pinned = byColor(view.drawnPins.value, view.colors.value.selected);
    for (const color of pinnedLayers.keys()) if (!pinned.has(color)) pinnedLayers.delete(color);
    for (const [color, cells] of pinned) {
      const layer = pinnedLayers.get(color) ?? createLayer();
      pinnedLayers.set(color, layer);
      if (envelopes.stride > 1) drawCells(context, layer, envelopes, cells, color, model, view);
      else for (const cell of cells) drawLine(context, envelopes, cell, color, 1, model, view);
    }
    const hovered = view.hoveredCell.value;
    if (hovered === null) return;
    const color = view.colors.value.hovered;
    if (envelopes.stride > 1) drawCells(context, hoveredLayer, envelopes, [hovered], color, model, view);
    else drawLine(context, envelopes, hovered, color, 2, model, view);
  };
}

/** The pinned cells of each colour: a layer for each cell would take too much memory. */
function byColor(pins: readonly Pin[], usual: string): Map<string, number[]> {
  const cells = new Map<string, number[]>();
  for (const { cell, color } of pins) {
    const same = cells.get(color ?? usual) ?? [];
    cells.set(color ?? usual, same);
    same.push(cell);
  }
  return cells;
}

/** Draw the density as an image with one pixel for each column and bin, scaled to the size of the columns. */
function drawDensity(
  context: CanvasRenderingContext2D,
  layer: Layer,
  columns: Columns,
  model: Model,
  view: ViewState,
): void {
  const count = columns.lowest.length;
  const bins = columns.density.length / count;
  const color = view.colors.value.line;
  const redrawn = layer.update([columns.density, color], count, bins, (image) => {
    const pixels = image.createImageData(count, bins);
    fillDensity(pixels.data, columns.density, count, colorBytes(color));
    image.putImageData(pixels, 0, 0);
  });
  if (redrawn) view.greyRedraws.value = view.greyRedraws.peek() + 1;
  const { toPixel } = view.scale.value;
  const x = placing(columns, model, view);
  const [low, high] = columns.densityRange;
  context.fillStyle = color;
  context.globalAlpha = EXTENT_ALPHA;
  context.fill(outline(columns, columns.lowest, columns.highest, 1, 0, model, view).area);
  context.globalAlpha = 1;
  context.drawImage(layer.canvas, x(0), toPixel(high), x(count) - x(0), toPixel(low) - toPixel(high));
}

/**
 * Fill the pixels of an image, row by row from the top. `density` has its columns one after another, each from the
 * bottom.
 */
export function fillDensity(
  pixels: Uint8ClampedArray,
  density: Uint8Array,
  count: number,
  [red = 0, green = 0, blue = 0]: Uint8ClampedArray,
): void {
  const bins = density.length / count;
  for (let column = 0; column < count; column++) {
    for (let bin = 0; bin < bins; bin++) {
      const at = 4 * ((bins - 1 - bin) * count + column);
      pixels[at] = red;
      pixels[at + 1] = green;
      pixels[at + 2] = blue;
      pixels[at + 3] = (density[column * bins + bin] as number) * MOST_DENSE;
    }
  }
}

/** Gives the left edge of the i-th column. A last column with fewer steps is drawn as wide as the others. */
function placing(
  { start, stride }: Columns | Envelopes,
  model: Model,
  view: ViewState,
): (column: number) => number {
  const first = view.first.value;
  const width = model.word_width.value;
  return (column) => view.labelWidth.value + (start + column * stride - first) * width;
}

/** Draw the density of some cells, as an image with one pixel for each column. */
function drawCells(
  context: CanvasRenderingContext2D,
  layer: Layer,
  envelopes: Envelopes,
  cells: readonly number[],
  color: string,
  model: Model,
  view: ViewState,
): void {
  const count = envelopes.cells.length === 0 ? 0 : envelopes.low.length / envelopes.cells.length;
  if (count === 0 || cells.length === 0) return;
  const ratio = view.pixelRatio.value;
  const rows = Math.round(view.plotHeight.value * ratio);
  const { toPixel } = view.scale.value;
  layer.update([envelopes, cells.join(), view.scale.value, ratio, color], count, rows, (image) => {
    const pixels = image.createImageData(count, rows);
    const whole = new Uint32Array(pixels.data.buffer);
    const table = opacityTable(color);
    cellDensity(envelopes, cells, toPixel, rows, ratio).forEach((opacity, i) => {
      whole[i] = table[Math.round(255 * opacity)] as number;
    });
    image.putImageData(pixels, 0, 0);
  });
  const x = placing(envelopes, model, view);
  context.drawImage(layer.canvas, x(0), 0, x(count) - x(0), view.plotHeight.value);
}

/** The pixels of a colour with the opacities 0…255. */
function opacityTable(color: string): Uint32Array {
  const pixel = colorBytes(color).slice();
  const whole = new Uint32Array(pixel.buffer);
  return Uint32Array.from({ length: 256 }, (_, opacity) => {
    pixel[3] = opacity;
    return whole[0] as number;
  });
}

/** Draw all selected cells in a layer of their own, in the resolution of the screen. */
function drawSelected(
  context: CanvasRenderingContext2D,
  layer: Layer,
  envelopes: Envelopes,
  model: Model,
  view: ViewState,
): void {
  const cells = view.shownCells.value;
  const ratio = view.pixelRatio.value;
  const color = view.colors.value.selected;
  if (envelopes.stride > 1) {
    drawCells(context, layer, envelopes, cells, color, model, view);
    return;
  }
  const key = [
    envelopes,
    cells,
    view.scale.value,
    view.visible.value[0],
    view.visible.value[1],
    ratio,
    color,
  ];
  const width = Math.round(view.width.value * ratio);
  layer.update(
    [...key, model.word_width.value],
    width,
    Math.round(view.plotHeight.value * ratio),
    (drawing) => {
      drawing.scale(ratio, ratio);
      const strength = lineStrength(cells.length);
      for (const cell of cells) drawLine(drawing, envelopes, cell, color, strength, model, view);
    },
  );
  context.drawImage(layer.canvas, 0, 0, width / ratio, view.plotHeight.value);
}

/** Strength of the selected cells' lines. It is lower the more there are, so that one sees where they agree. */
export function lineStrength(cells: number): number {
  return Math.max(LEAST_STRENGTH, Math.min(1, MANY_LINES / Math.max(cells, 1)));
}

/** Draw the line of a cell where each step has a column of its own. */
function drawLine(
  context: CanvasRenderingContext2D,
  envelopes: Envelopes,
  cell: number,
  color: string,
  strength: number,
  model: Model,
  view: ViewState,
): void {
  const place = envelopes.cells.indexOf(cell);
  if (place < 0) return;
  const { low, high, cells } = envelopes;
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.lineJoin = "round";
  context.globalAlpha = Math.min(1, 0.9 * strength);
  context.stroke(outline(envelopes, low, high, cells.length, place, model, view).edges);
  context.globalAlpha = 1;
}

/**
 * The area between `low` and `high` and its edges, through the middles of the columns, with a gap where there is no
 * value. Both arrays have `size` numbers for each column, of which the one at `place` is drawn.
 */
function outline(
  span: Columns | Envelopes,
  low: ArrayLike<number>,
  high: ArrayLike<number>,
  size: number,
  place: number,
  model: Model,
  view: ViewState,
): { area: Path2D; edges: Path2D } {
  const area = createPath();
  const edges = createPath();
  const { toPixel } = view.scale.value;
  const x = placing(span, model, view);
  const [first, end] = columnsIn(span, view.visible.value);
  const [from, to] = [Math.max(0, first - 1), Math.min(low.length / size, end + 1)];
  const top = (column: number) => toPixel(high[column * size + place] as number);
  const bottom = (column: number) => toPixel(low[column * size + place] as number);
  const stretch = (begin: number, stop: number) => {
    // Lines begin and end at the edges of columns, so that a single value is as wide as its column.
    const line = (path: Path2D, y: (column: number) => number) => {
      path.moveTo(x(begin), y(begin));
      for (let i = begin; i < stop; i++) path.lineTo(x(i + 0.5), y(i));
      path.lineTo(x(stop), y(stop - 1));
    };
    line(edges, top);
    let differs = false;
    for (let i = begin; i < stop && !differs; i++) differs = bottom(i) - top(i) > 0.5;
    if (!differs) return;
    line(edges, bottom);
    line(area, top);
    area.lineTo(x(stop), bottom(stop - 1));
    for (let i = stop - 1; i >= begin; i--) area.lineTo(x(i + 0.5), bottom(i));
    area.lineTo(x(begin), bottom(begin));
    area.closePath();
  };
  const hasValue = (column: number) => Number.isFinite(low[column * size + place] as number);
  for (const [begin, stop] of stretches([from, to], hasValue)) stretch(begin, stop);
  return { area, edges };
}

/** The parts of a range of columns in which all have values. */
export function stretches([from, to]: Range, hasValue: (column: number) => boolean): Range[] {
  const found: Range[] = [];
  let begin = from;
  for (let column = from; column <= to; column++) {
    if (column < to && hasValue(column)) continue;
    if (begin < column) found.push([begin, column]);
    begin = column + 1;
  }
  return found;
}

/** The cell whose envelope is nearest to `y` in the column of `step`; null if none is near. */
export function pickEnvelope(
  envelopes: Envelopes,
  step: number,
  y: number,
  toPixel: (value: number) => number,
  reach = 8,
): number | null {
  const column = columnOf(envelopes, step);
  if (column < 0) return null;
  let found: number | null = null;
  let least = reach;
  envelopes.cells.forEach((cell, place) => {
    const at = column * envelopes.cells.length + place;
    const top = toPixel(envelopes.high[at] as number);
    const bottom = toPixel(envelopes.low[at] as number);
    // Within several envelopes, the one whose middle is nearest.
    const outside = Math.max(0, top - y, y - bottom);
    const distance = outside + Math.abs((top + bottom) / 2 - y) / 1000;
    if (distance < least) {
      least = distance;
      found = cell;
    }
  });
  return found;
}

/** The highest value of a cell in `steps`, and the middle of its column. */
export function highestOf(
  envelopes: Envelopes,
  cell: number,
  steps: Range,
): { step: number; value: number } | null {
  const place = envelopes.cells.indexOf(cell);
  if (place < 0) return null;
  let highest: { step: number; value: number } | null = null;
  const [first, end] = columnsIn(envelopes, steps);
  for (let column = first; column < end; column++) {
    const value = envelopes.high[column * envelopes.cells.length + place] as number;
    if (value > (highest?.value ?? Number.NEGATIVE_INFINITY)) {
      highest = { step: envelopes.start + (column + 0.5) * envelopes.stride, value };
    }
  }
  return highest;
}
