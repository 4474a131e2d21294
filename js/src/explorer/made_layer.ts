import type { Model } from "./model";

/** The layer that the one shown was made of, with thresholds of its cells' own; null for a layer of the states. */
export function sourceOf({ _layers, layer }: Pick<Model, "_layers" | "layer">): string | null {
  return _layers.value.find(({ name }) => name === layer.value)?.of ?? null;
}

/** What values are, where that isn't what the states are; empty for a layer of the states. */
export function valuesText(model: Pick<Model, "_layers" | "layer" | "_units">): string {
  if (sourceOf(model) === null) return "";
  const units = model._units.value;
  return `distance from each cell’s own threshold${units ? `, ${units}` : ""}`;
}
