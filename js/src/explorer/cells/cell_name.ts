import type { Model } from "../model";

/** What a cell is called wherever it is shown: by its name if Python has sent one, else by its number. */
export function cellName({ _cell_names }: Pick<Model, "_cell_names">, cell: number): string {
  return _cell_names.value[cell] ?? String(cell);
}

/** When a mirror is on: "on where cell 12 is low". Empty for other cells. */
export function mirrorHint(model: Pick<Model, "_cell_names" | "_layers" | "layer">, cell: number): string {
  const layer = model._layers.value.find(({ name }) => name === model.layer.value);
  const mirrored = layer?.mirror ? cell - layer.cells / 2 : -1;
  return mirrored < 0 ? "" : `on where cell ${cellName(model, mirrored)} is low`;
}
