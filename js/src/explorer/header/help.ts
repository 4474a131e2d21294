import { createHelp } from "../../shared/help_sheet";

/** What the colours mean, each with the class of its swatch. */
const COLOURS: readonly [swatch: string, meaning: string][] = [
  ["lv-key-lines", "a line for each cell: its value at each time step; zoomed out, how dense the values lie"],
  ["lv-key-threshold", "the threshold: a cell is on where its value is at least this"],
  ["lv-key-selected", "cells that are on all through the selected words"],
  ["lv-key-share", "words and squares: the more of these cells are on, the bluer"],
  ["lv-key-hovered", "what the pointer is on, in every view at once"],
  ["lv-key-labels", "labels of your tracks; point at a track’s name for its colours"],
];

const GESTURES: readonly [gesture: string, effect: string][] = [
  ["drag over words", "select them; Shift and a click extend the selection"],
  ["drag with Ctrl", "select more words, too; a click with Ctrl takes them out again"],
  ["select all hits", "select all that a search finds: the cells that are on at each, or at most"],
  ["drag the dashed line", "set the threshold; or click in the curve beside the plot"],
  ["drag the ends of “on”", "ask for cells that are off before or after the selection"],
  [
    "click a cell’s number",
    "leave the cell out; its dot pins it in a colour of its own. −12 is on where 12 is low",
  ],
  ["click a match", "go there; a double click selects it"],
  ["click a length", "list only matches of this length"],
  [
    "align with",
    "sort the cells by how well they tell where a label stands; “with these” pins or selects the best",
  ],
  ["keep", "keep these phrases as a set; two sets show which cells tell them apart"],
  ["drag the overview", "move along time; Ctrl and the wheel zoom"],
  ["drag the lower edge", "set the height"],
];

const KEYS: readonly [keys: string, effect: string][] = [
  ["← →", "one step; with Shift in the words: extend the selection"],
  ["Page Up, Page Down", "one page"],
  ["Home, End", "to the beginning, to the end"],
  ["+ − 0", "zoom in, out, and see everything"],
  ["↑ ↓", "on the threshold: move it; in the matches: go from one to the next"],
  ["Enter, S, A", "in the matches: go there, select it, add it to the selection; S also on kept phrases"],
  ["A", "in the words: add the word to the selection, or take it out"],
  ["Alt-Enter", "in the search: select all hits"],
  ["P", "pin the cell under the pointer"],
  ["Ctrl-Z, Ctrl-Shift-Z", "undo, redo"],
  ["Escape", "close what is open; in the words: select nothing"],
  ["?", "this help"],
];

/** A button that opens a sheet with colours, gestures and keys. */
export function mountHelp(root: HTMLElement) {
  return createHelp(root, { colours: COLOURS, gestures: GESTURES, keys: KEYS });
}
