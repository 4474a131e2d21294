import type { Model } from "../model";

/** What a cell is called wherever it is shown: by its name if Python has sent one, else by its number. */
export function cellName({ _cell_names }: Pick<Model, "_cell_names">, cell: number): string {
  return _cell_names.value[cell] ?? String(cell);
}
