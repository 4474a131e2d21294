import { createHelp } from "../../shared/help_sheet";

const COLOURS = [
  ["lv-key-labels", "classes: each has its colour everywhere, and a name or a place too"],
  ["lvs-key-sure", "points and words: the paler, the less sure the model is of the class it expects"],
  ["lvs-key-line", "the current sequence on the map: its ring is the first step, its dot the last"],
  ["lvs-key-pinned", "a pinned sequence"],
  ["lv-key-selected", "what is selected: words, steps of the map, filters; rings: matches of the explorer"],
  ["lv-key-threshold", "the threshold: longer jumps of the state are marked"],
  ["lv-key-hovered", "what the pointer is on, everywhere at once; its lines end at its true neighbours"],
  ["lvs-key-passing", "a cell of the matrix: the share of its sequences that pass the filters"],
] as const;

const GESTURES = [
  ["point at a step", "see it in every view: word, column, bar, point"],
  ["drag over words", "select them; a linked explorer selects them, too"],
  ["click a bar of the jumps", "see what that jump was made of"],
  ["drag the dashed line", "set from which length jumps are marked"],
  ["drag on the map", "move it; the wheel zooms; with Shift, or the lasso: select steps"],
  ["click a cell, a class, a bar", "filter the sequences; again: take the filter away"],
  ["click a head of the table", "sort by it; again: the other way round"],
  ["click a sequence", "go there; the mark at its left edge pins it"],
  ["drag the lower edge", "set the height"],
] as const;

const KEYS = [
  ["← →", "one step: in the words, the columns, the bars, and along the trajectory on the map"],
  ["↑ ↓", "one sequence: in the table and on the map; in the matrix all arrows go from cell to cell"],
  ["Enter", "go there: do what a click does; in a field: take what is typed"],
  ["P", "in the table and on the map: pin the sequence, or let it go"],
  ["+ − 0", "on the map: zoom in, out, and see everything"],
  ["Page Up, Page Down", "in the table: one page"],
  ["Home, End", "to the beginning, to the end"],
  ["Ctrl-Z, Ctrl-Shift-Z", "undo, redo"],
  ["Escape", "close what is open; then take back what is selected"],
  ["?", "this help"],
] as const;

/** A button that opens a sheet with colours, gestures and keys. */
export function mountHelp(root: HTMLElement) {
  return createHelp(root, { colours: COLOURS, gestures: GESTURES, keys: KEYS });
}
