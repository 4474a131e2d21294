import { all, create, listen } from "../../shared/dom";
import { hasModifier } from "../../shared/keys";

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
  ["drag the dashed line", "set the threshold; or press in the curve beside the plot"],
  ["drag the ends of “on”", "ask that cells be off before or after the selection"],
  ["click a cell’s number", "leave the cell out; its dot pins it in a colour of its own"],
  ["click a match", "go there; a double click selects it"],
  ["click a length", "list only matches of this length"],
  ["drag the overview", "move along time; Ctrl and the wheel zoom"],
  ["drag the lower edge", "set the height"],
];

const KEYS: readonly [keys: string, effect: string][] = [
  ["← →", "one step; with Shift in the words: extend the selection"],
  ["Page Up, Page Down", "one page"],
  ["Home, End", "to the beginning, to the end"],
  ["+ − 0", "zoom in, out, and see everything"],
  ["↑ ↓", "on the threshold: move it; in the matches: go from one to the next"],
  ["Enter, S", "in the matches: go there, select it"],
  ["P", "pin the cell under the pointer"],
  ["Ctrl-Z, Ctrl-Shift-Z", "undo, redo"],
  ["Escape", "close what is open"],
  ["?", "this help"],
];

/** A button that opens a sheet with colours, gestures and keys. The key "?" opens and closes it, too. */
export function mountHelp(root: HTMLElement) {
  const button = create("button", "lv-button lv-icon", {
    ...{ "data-part": "help-open", type: "button", "aria-haspopup": "dialog", "aria-expanded": "false" },
    ...{ title: "colours, gestures and keys (?)", "aria-label": "help: colours, gestures and keys" },
  });
  button.textContent = "?";
  const close = create("button", "lv-button lv-icon lv-help-close", {
    ...{ "data-part": "help-close", type: "button", "aria-label": "close the help" },
  });
  close.textContent = "×";
  const sheet = create(
    "div",
    "lv-help",
    { "data-part": "help", role: "dialog", "aria-label": "colours, gestures and keys", tabindex: "-1" },
    close,
    section(
      "Colours",
      COLOURS.map(([swatch, meaning]) => line(create("span", `lv-key ${swatch}`), meaning)),
    ),
    section(
      "With the pointer",
      GESTURES.map(([gesture, effect]) => line(gesture, effect)),
    ),
    section(
      "With keys",
      KEYS.map(([keys, effect]) => line(keys, effect)),
    ),
  );
  sheet.hidden = true;
  root.append(sheet);
  const isOpen = () => !sheet.hidden;
  const show = (open: boolean) => {
    if (open === isOpen()) return;
    sheet.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    if (open) sheet.focus({ preventScroll: true });
    else button.focus({ preventScroll: true });
  };
  const dispose = all(
    listen(button, "click", () => show(!isOpen())),
    listen(close, "click", () => show(false)),
    listen(root, "keydown", (event) => {
      const isText = (event.target as Element).matches("input:not([type=checkbox]), textarea, select");
      const opens = event.key === "?" && !isText && !hasModifier(event);
      const closes = event.key === "Escape" && isOpen();
      if (!opens && !closes) return;
      event.preventDefault();
      show(opens && !isOpen());
    }),
    listen(document, "pointerdown", (event) => {
      const path = event.composedPath();
      if (isOpen() && !path.includes(sheet) && !path.includes(button)) show(false);
    }),
    () => sheet.remove(),
  );
  return { element: button, dispose };
}

function section(title: string, lines: readonly HTMLElement[][]): HTMLElement {
  const head = create("h3", "lv-help-title", {}, title);
  return create("section", "lv-help-part", {}, head, create("dl", "lv-help-lines", {}, ...lines.flat()));
}

function line(name: string | HTMLElement, meaning: string): HTMLElement[] {
  return [create("dt", "", {}, name), create("dd", "", {}, meaning)];
}
