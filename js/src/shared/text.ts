import { clamp, decimalsOf } from "./numbers";

const grouped = new Intl.NumberFormat("en-US");

/** In place of a result that a saved page or notebook lacks. */
export const UNFINISHED = "unfinished when this was saved";

/** 18204 → "18,204". */
export function formatCount(count: number): string {
  return grouped.format(count);
}

/** A number with as many decimals as its step has, or as many as it needs. */
export function formatInSteps(value: number, step: number): string {
  const decimals = clamp(decimalsOf(step || 0.01), 2, 8);
  const fixed = value.toFixed(decimals);
  return Math.abs(value) < 1e9 && Math.abs(Number(fixed) - value) <= Math.abs(value) * 1e-9
    ? fixed
    : String(Number(value.toPrecision(7)));
}

/** A number with four significant digits. */
export function formatShort(value: number): string {
  return String(Number(value.toPrecision(4))).replace("-", "−");
}

export function formatValue(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
  const magnitude = Math.abs(value);
  const text =
    magnitude !== 0 && (magnitude < 0.005 || magnitude >= 1e5) ? value.toPrecision(3) : value.toFixed(2);
  return text.replace("-", "−");
}

export function formatSeconds(seconds: number): string {
  return seconds < 1 ? `${Math.max(1, Math.round(seconds * 1000))} ms` : `${seconds.toFixed(1)} s`;
}

/** A share, 0…1, in percent, of which only nothing is "0 %" and only all is "100 %". */
export function formatShare(share: number): string {
  const percent = Math.round(100 * share);
  if (percent === 0 && share > 0) return "<1 %";
  return percent === 100 && share < 1 ? ">99 %" : `${percent} %`;
}

/** Read a position. It may have separators between the thousands, as where it is shown. */
export function parsePosition(text: string): number | null {
  const digits = text.replace(/[\s,_']/g, "");
  return /^\d+$/.test(digits) ? Number(digits) : null;
}

/** Read one of `count` numbers that are counted from `first` on, as one counted from 0; null for any other. */
export function parseBelow(text: string, count: number, first = 0): number | null {
  const number = parsePosition(text);
  return number === null || number < first || number >= first + count ? null : number - first;
}

export function parseFinite(text: string): number | null {
  const value = Number(text.trim().replace("−", "-"));
  return text.trim() !== "" && Number.isFinite(value) ? value : null;
}

const EMPTY = "∅";

/** A token as it is drawn. Spaces at its ends, line ends and other invisible characters become symbols. */
export function visibleToken(token: string): string {
  if (token === "") return EMPTY;
  const lines = token.replace(/\r\n|\n|\r/g, "⏎").replace(/\t/g, "⇥");
  const inked = lines.replace(/^[ \u00a0\u3000]+|[ \u00a0\u3000]+$/g, (spaces) => "␣".repeat(spaces.length));
  return inked.replace(/[\p{Cc}\u200b\u2028\u2029\ufeff]/gu, "·");
}

export function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}
