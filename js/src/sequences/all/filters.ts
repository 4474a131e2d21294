import { formatCount, formatShort } from "../../shared/text";
import type { Filters } from "../traits";

/** A condition on the true class of a sequence, or on what was said of it. */
export type ClassFilter = "target" | "prediction";

/** Columns that a range of numbers may be asked of, as they are called here. */
export const RANGES = {
  length: "length",
  confidence: "confidence",
  settled: "settled",
  changes: "changes",
  largest_jump: "jump",
} as const;

export type RangeFilter = keyof typeof RANGES;
type NumberRange = readonly [least: number | null, most: number | null];

/** The names that a condition on a class allows. */
export function namesIn(filters: Filters, key: ClassFilter): readonly string[] {
  const value = filters[key];
  if (value === undefined || value === null) return [];
  return (Array.isArray(value) ? value : [value]).map(String);
}

export function rangeIn(filters: Filters, key: RangeFilter): NumberRange {
  const value = filters[key];
  return Array.isArray(value) ? [value[0] ?? null, value[1] ?? null] : [null, null];
}

/** The filters with a condition set, or without it where nothing is left of it. */
export function withFilter(filters: Filters, key: string, value: unknown): Filters {
  const { [key]: _, ...others } = filters;
  const isEmpty =
    value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
  const isOpen = Array.isArray(value) && value.every((end) => end === null);
  return isEmpty || isOpen ? others : { ...others, [key]: value };
}

/** Classes are added to those allowed; where all of them are allowed by name already, they are taken out. */
export function toggleClasses(filters: Filters, key: ClassFilter, names: readonly string[]): Filters {
  const before = namesIn(filters, key);
  const all = names.every((name) => before.includes(name));
  const others = before.filter((name) => !names.includes(name));
  return withFilter(filters, key, all ? others : [...others, ...names]);
}

/** Keep the sequences of a cell of the matrix: those of these true classes of which these classes were said. */
export function toggleCell(
  filters: Filters,
  targets: readonly string[],
  predictions: readonly string[],
): Filters {
  const { target: _, prediction: __, correct: ___, ...others } = filters;
  if (isCell(filters, targets, predictions)) return others;
  return { ...others, target: [...targets], prediction: [...predictions] };
}

/** Whether the filters keep the sequences of exactly this cell. */
export function isCell(
  filters: Filters,
  targets: readonly string[],
  predictions: readonly string[],
): boolean {
  return same(namesIn(filters, "target"), targets) && same(namesIn(filters, "prediction"), predictions);
}

/** Keep the sequences of these true classes that were predicted correctly, or wrongly. */
export function toggleOutcome(filters: Filters, targets: readonly string[], correct: boolean): Filters {
  const { target: _, prediction: __, correct: ___, ...others } = filters;
  if (isOutcome(filters, targets, correct)) return others;
  return { ...others, target: [...targets], correct };
}

export function isOutcome(filters: Filters, targets: readonly string[], correct: boolean): boolean {
  return filters.correct === correct && same(namesIn(filters, "target"), targets);
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length > 0 && a.length === b.length && a.every((name) => b.includes(name));
}

/** A condition as it is shown, and the filters without it. */
export interface Chip {
  /** Of the condition; several classes of one condition have a chip each. */
  key: string;
  text: string;
  /** All of a text that is shown in part. */
  title: string;
  without: Filters;
}

/** More classes of one condition share a chip. */
const MOST_CLASSES = 3;

/** The conditions, each with what takes it away. */
export function chipsOf(filters: Filters): Chip[] {
  return Object.keys(filters).flatMap((key) => {
    if (key === "target" || key === "prediction") return classChips(filters, key);
    const text = textOf(filters, key);
    return text === "" ? [] : [{ key, text, title: text, without: withFilter(filters, key, null) }];
  });
}

function classChips(filters: Filters, key: ClassFilter): Chip[] {
  const names = namesIn(filters, key);
  const is = key === "target" ? "true" : "said";
  if (names.length <= MOST_CLASSES) {
    return names.map((name) => ({
      ...{ key, text: `${is} ${name}`, title: `${is} ${name}` },
      without: toggleClasses(filters, key, [name]),
    }));
  }
  const text = `${is} ${formatCount(names.length)} classes`;
  return [{ key, text, title: `${is} ${names.join(", ")}`, without: withFilter(filters, key, null) }];
}

function textOf(filters: Filters, key: string): string {
  const value = filters[key];
  if (key === "correct") return value ? "right" : "wrong";
  if (key === "text") return isRegex(String(value)) ? `text ${value}` : `text “${value}”`;
  if (key === "selected") return value ? "with selected steps" : "without selected steps";
  if (key === "matches") return value ? "with matches" : "without matches";
  if (!(key in RANGES)) return `${key} ${JSON.stringify(value)}`;
  return rangeText(RANGES[key as RangeFilter], rangeIn(filters, key as RangeFilter));
}

function rangeText(name: string, [least, most]: NumberRange): string {
  if (least !== null && least === most) return `${name} ${endText(least)}`;
  if (least !== null && most !== null) return `${name} ${endText(least)}–${endText(most)}`;
  if (least !== null) return `${name} ≥ ${endText(least)}`;
  return most === null ? "" : `${name} ≤ ${endText(most)}`;
}

/** A number as it was given, unless that is long. */
function endText(value: number): string {
  const text = String(value).replace("-", "−");
  return text.length <= 8 ? text : formatShort(value);
}

function isRegex(text: string): boolean {
  return text.length > 2 && text.startsWith("/") && text.endsWith("/");
}
