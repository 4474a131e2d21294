import { formatInSteps, parseFinite } from "../../shared/text";
import type { Model } from "../model";

/** A threshold as text: "> 0" for the least number above 0, at which exactly the values above 0 are on. */
export function thresholdText(threshold: number, model: Model): string {
  const isAboveZero = threshold === model._least_above_zero.value;
  return isAboveZero ? "> 0" : formatInSteps(threshold, model._threshold_step.value);
}

/** The threshold that a text names, as `thresholdText` writes it; null if it names none. */
export function parseThreshold(text: string, model: Model): number | null {
  return /^\s*>\s*0\s*$/.test(text) ? model._least_above_zero.value : parseFinite(text);
}
