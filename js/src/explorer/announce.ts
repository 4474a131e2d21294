import { announce } from "../shared/announce";
import { formatCount, plural, visibleToken } from "../shared/text";
import { type CountedTraits, candidatesListed } from "./matches/length_bars";
import type { Model } from "./model";
import { countOf } from "./ranges/ranges_row";
import { leastFollowed } from "./ranges/selected_ranges";

/** Milliseconds without a change before results are spoken, so that a drag is spoken once, at its end. */
const QUIET = 700;
/** The same while the candidates are still being counted. */
const QUIET_UNCOUNTED = 2500;

/** Let screen readers speak what is selected, and the results. */
export function announceResults(root: HTMLElement, model: Model): () => void {
  return announce(root, {
    describe: () => describeResults(model),
    running: model.running,
    quiet: () => (candidatesListed(model) === null ? QUIET_UNCOUNTED : QUIET),
  });
}

/** “a little bottle”, 3 steps: 7 cells on; 50 matches of 1,204. */
export function describeResults(model: Pick<Model, Described>): string {
  const selection = model.selection.value;
  const cells = plural(model.selected_cells.value.length, "cell");
  const shown = model.matches.value.start.length;
  const candidates = candidatesListed(model);
  const length = model.length_filter.value;
  const of = candidates === null || candidates === shown ? "" : ` of ${formatCount(candidates)}`;
  if (selection === null) return "Nothing is selected.";
  const several = countOf(model);
  const [start, stop] = selection;
  const only = length === null ? "" : `, only those of ${plural(length, "step")}`;
  const matches = `${formatCount(shown)} match${shown === 1 ? "" : "es"}${of}${only}`;
  if (several > 1) {
    const least = leastFollowed(several, model.tolerance.value);
    const where = least === several ? "all of them" : `at least ${formatCount(least)} of them`;
    return `Selected ${plural(several, "phrase")}: ${cells} on in ${where}; ${matches}.`;
  }
  return `Selected ${quotedWords(model, start, stop)}${plural(stop - start, "step")}: ${cells} on; ${matches}.`;
}

type Described =
  | "selection"
  | "selected_ranges"
  | "_n_ranges"
  | "tolerance"
  | "selected_cells"
  | "matches"
  | "_window"
  | CountedTraits;

const MOST_WORDS = 8;

function quotedWords(model: Pick<Model, Described>, start: number, stop: number): string {
  // Not followed: moving along time changes no result.
  const window = model._window.peek();
  if (!window || start < window.start || stop > window.stop) return "";
  const words = window.words.slice(start - window.start, stop - window.start);
  const said = words.slice(0, MOST_WORDS).map(visibleToken).join(" ");
  return `“${said}${words.length > MOST_WORDS ? " …" : ""}”, `;
}
