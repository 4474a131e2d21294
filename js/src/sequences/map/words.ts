import type { Model } from "../model";

/** The word of a step, where the page knows it: of the current sequence, and of those that Python sent it for. */
export function wordOf(model: Model, step: number): string | null {
  const words = model._words.value;
  if (words && step >= words.start && step < words.stop) return words.words[step - words.start] ?? null;
  const near = model._neighbours.value;
  if (near?.word !== undefined && near.step === step) return near.word;
  const at = near?.words ? near.steps.indexOf(step) : -1;
  return at < 0 ? null : (near?.words?.[at] ?? null);
}
