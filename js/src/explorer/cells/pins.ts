import type { Model } from "../model";

/** The first so many pinned cells are drawn, as Python sends no more of them either: lines beyond could not be told apart. */
export const MOST_PINS = 200;

/** Pin a cell, in a colour that Python chooses, or unpin it. */
export function togglePin(model: Model, cell: number): void {
  const pins = Object.entries(model.pinned_cells.peek());
  const others = pins.filter(([pinned]) => Number(pinned) !== cell);
  const added: [string, null][] = others.length < pins.length ? [] : [[String(cell), null]];
  model.set("pinned_cells", Object.fromEntries([...others, ...added]));
}

export interface Pin {
  cell: number;
  /** Null until Python has chosen one. */
  color: string | null;
}

/** The pinned cells in ascending order. */
export function pinsOf(pinned: Readonly<Record<string, string | null>>): Pin[] {
  return Object.entries(pinned)
    .map(([cell, color]) => ({ cell: Number(cell), color }))
    .sort((a, b) => a.cell - b.cell);
}
